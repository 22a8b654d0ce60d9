"""What others reach over HTTP: the callbacks of WebSub."""
