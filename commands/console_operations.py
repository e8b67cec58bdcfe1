"""What the console's page of operations needs of the commands: doctor and backup."""

from __future__ import annotations

from commands import backup, doctor
from commands.doctor_finding import Finding
from settings import Settings
from store.backups import BackupFault
from web.flow_tools import Refused
from web.operation_tools import Backup


class OperationsOfConsole:
    """web.operation_tools.OperationTools by the commands' own functions."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def examine(self, outside: bool) -> list[Finding]:
        """What `doctor` says; without ``outside`` only of this machine."""
        checks = doctor.CHECKS if outside else doctor.HERE
        return list(doctor.examine(lambda: self._settings, None, checks))

    def backups(self) -> list[Backup]:
        """Those in the folder that `backup` writes to, the newest first."""
        found = []
        for path in backup.made(self._settings):
            about = path.stat()
            found.append(Backup(path.name, about.st_size, about.st_mtime))
        return found

    def make_backup(self, who: str) -> str:
        """Makes one and says what is in it. Raises Refused."""
        into = backup.target(self._settings)
        try:
            manifest = backup.make(
                self._settings, into, self._settings.recordings, who, lambda what, count: None
            )
        except (BackupFault, OSError) as fault:
            raise Refused(str(fault)) from fault
        return backup.told(manifest, into)
