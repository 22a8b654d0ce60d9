"""What became of URLs: the ledger, traces and dead letters."""

from fastapi import APIRouter

router = APIRouter(tags=["pipeline"])
