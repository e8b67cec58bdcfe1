"""The command line, a module for each command. `python app.py COMMAND` imports that module only.

A module offers one function, and `app.py` names it in COMMANDS:

    def register(subparsers) -> None:
        parser = subparsers.add_parser("call", help="one line", description="...", epilog="example:\\n  python
        app.py call 131") parser.set_defaults(run=run)

    def run(arguments: argparse.Namespace) -> int:      # the exit code
        settings = arguments.settings()                 # settings.load() of this environment; raises
        WrongSettings

`arguments.gateway()` opens what channels and jobs share (sessions.gateway.Gateway), with the database that
`run` prepared. app.py tells WrongSettings and KeyboardInterrupt to the person at the terminal; a command lets
them pass.
"""
