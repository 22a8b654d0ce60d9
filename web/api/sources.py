"""The sources that are watched."""

from fastapi import APIRouter

router = APIRouter(prefix="/sources", tags=["sources"])
