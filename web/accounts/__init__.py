"""People of the console: passwords, second factors, who is signed in."""
