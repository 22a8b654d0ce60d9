"""The API under ``/api/v1``: HTTP in front of the services, described by OpenAPI."""
