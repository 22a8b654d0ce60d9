"""What tests share: servers, worlds, records, processes to kill."""
