"""The authority of a hall as tablets take it: a file, a profile, and the fingerprint to compare by eye."""

from __future__ import annotations

import plistlib
import uuid
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from web.tls.certificates import authority


@dataclass(frozen=True)
class ForTablets:
    """The authority, in the forms that devices know."""

    certificate: x509.Certificate

    @classmethod
    def of(cls, folder: Path) -> ForTablets | None:
        """The authority that lies in this folder, if there is one."""
        found = authority(folder)
        return None if found is None else cls(found)

    @property
    def fingerprint(self) -> str:
        """Its SHA-256, as devices show it: in pairs of digits."""
        return " ".join(f"{byte:02X}" for byte in self.certificate.fingerprint(SHA256()))

    @property
    def file(self) -> bytes:
        """As Android, Windows, ChromeOS and Linux take it."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def profile(self) -> bytes:
        """As iPads, iPhones and Macs take it."""
        name = str(self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
        space = uuid.uuid5(uuid.NAMESPACE_OID, self.certificate.fingerprint(SHA256()).hex())
        inner = {
            "PayloadType": "com.apple.security.root",
            "PayloadVersion": 1,
            "PayloadIdentifier": f"folkmoot.hall.{space}.root",
            "PayloadUUID": str(uuid.uuid5(space, "root")).upper(),
            "PayloadDisplayName": name,
            "PayloadContent": self.file,
        }
        return plistlib.dumps(
            {
                "PayloadType": "Configuration",
                "PayloadVersion": 1,
                "PayloadIdentifier": f"folkmoot.hall.{space}",
                "PayloadUUID": str(space).upper(),
                "PayloadDisplayName": name,
                "PayloadDescription": "Lets this device trust the Folkmoot server of one hall, and nothing else.",
                "PayloadContent": [inner],
            }
        )
