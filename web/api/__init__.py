"""The console's own actions for programs: JSON over HTTP, with tokens, under a versioned address. One module a noun.

What is done goes through the functions of the pages, who may is their line of web/policy.py, and what is declared here is at once
what requests are held to and what the OpenAPI document says.
"""
