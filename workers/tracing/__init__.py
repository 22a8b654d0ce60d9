"""Traces of batches for OpenTelemetry, where a collector is set."""
