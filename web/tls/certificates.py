"""HTTPS of one's own: a certificate that was bought or fetched, or a small authority for the tablets of one hall.

A hall often has no name that the world knows, so no certificate of the world fits. The authority made here may speak
for the names and the network that it was made for, and for nothing else (name constraints, RFC 5280, 4.2.1.10): whoever
installs it on a tablet trusts this laptop in this hall, and no other page of the internet. Its servers' certificates
last 397 days, as browsers ask. Keys are readable by their owner alone. Times come in as arguments.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from facilitation.errors import Refusal

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Keys = (ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey, rsa.RSAPrivateKey)
Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey

CERTIFICATE, KEY = "certificate.pem", "key.pem"
AUTHORITY, AUTHORITY_KEY = "authority.pem", "authority-key.pem"
LEAF_DAYS, AUTHORITY_DAYS = 396, 1825
BEFORE = timedelta(days=1)  # a tablet's clock may be slow; with it a certificate lasts 397 days
SOON = timedelta(days=14)
LEAST_RSA = 2048
HOME_NETWORK = {4: 24, 6: 64}
ALWAYS = ("localhost", "127.0.0.1")
AGAIN = "Make another one (folkmoot tls authority), or import a newer one (folkmoot tls import CERT KEY)."


class BadCertificate(Refusal):
    """A certificate that cannot serve: out of date, of another key, damaged, or for other names."""

    code: ClassVar[str] = "bad-certificate"
    kind = "bad-request"


@dataclass(frozen=True)
class Held:
    """The certificate that a server has: for whom, until when, and whether our own authority gave it."""

    names: tuple[str, ...]
    addresses: tuple[Ip, ...]
    until: datetime
    own: bool

    def fits(self, host: str) -> bool:
        """Would a browser that typed this name or address be content with it?

        >>> held = Held(("*.example.org",), (ipaddress.ip_address("10.0.0.1"),), datetime(2030, 1, 1), own=False)
        >>> [held.fits(host) for host in ("hall.example.org", "a.hall.example.org", "10.0.0.1", "10.0.0.2")]
        [True, False, True, False]
        """
        address = _ip(host)
        if address is not None:
            return address in self.addresses
        wild = f"*.{host.partition('.')[2]}"
        return host.casefold() in self.names or wild.casefold() in self.names

    @property
    def told(self) -> str:
        """For whom it is, in words."""
        return ", ".join([*self.names, *map(str, self.addresses)]) or "nobody"


# ------------------------------------------------------------------------------------------------ a certificate


def held(folder: Path, now: datetime) -> Held | None:
    """What this server has, if it has any; refused if it cannot serve at this moment."""
    if not (folder / CERTIFICATE).is_file():
        return None
    chain = _chain((folder / CERTIFICATE).read_bytes(), folder / CERTIFICATE)
    key = _key((folder / KEY).read_bytes() if (folder / KEY).is_file() else b"", folder / KEY)
    _check(chain, key, now)
    _check_private(folder / KEY)
    return _told(chain[0], authority(folder))


def take(folder: Path, certificate: Path, key: Path, now: datetime) -> Held:
    """Keep this certificate and its key, if they can serve."""
    chain = _chain(_bytes(certificate), certificate)
    private = _key(_bytes(key), key)
    _check(chain, private, now)
    _keep(folder, KEY, _pem_of(private))
    _keep(folder, CERTIFICATE, b"".join(one.public_bytes(Encoding.PEM) for one in chain))
    return _told(chain[0], authority(folder))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as refused:
        raise BadCertificate(f"{path} cannot be read: {refused.strerror}.", "Name another file.") from None


def _chain(data: bytes, path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError:
        raise BadCertificate(
            f"{path} is not a certificate in PEM.", "Give the file that begins with -----BEGIN CERTIFICATE-----."
        ) from None


def _key(data: bytes, path: Path) -> Key:
    try:
        key = load_pem_private_key(data, None)
    except TypeError:
        raise BadCertificate(
            f"The key {path} is protected by a password.", "Unlock it first, such as: openssl pkey -in KEY -out OPEN"
        ) from None
    except ValueError:
        raise BadCertificate(
            f"{path} is not a private key in PEM.", "Give the file that begins with -----BEGIN PRIVATE KEY-----."
        ) from None
    if not isinstance(key, Keys) or (isinstance(key, rsa.RSAPrivateKey) and key.key_size < LEAST_RSA):
        raise BadCertificate("The key is of a kind that browsers refuse.", "Use P-256, or RSA with 2048 bits or more.")
    return key


def _check(chain: Sequence[x509.Certificate], key: Key, now: datetime) -> None:
    """Refuse what a browser would refuse, and say what to do."""
    leaf = chain[0]
    if _public(leaf.public_key()) != _public(key.public_key()):
        raise BadCertificate("The key does not belong to the certificate.", "Give the key that it was made with.")
    if leaf.not_valid_after_utc <= now:
        raise BadCertificate(f"The certificate ran out on {leaf.not_valid_after_utc:%d %B %Y}.", AGAIN)
    if leaf.not_valid_before_utc > now:
        raise BadCertificate(
            f"The certificate is good from {leaf.not_valid_before_utc:%d %B %Y} only.", "Set this computer’s clock."
        )
    if not any(_names(leaf)):
        raise BadCertificate("The certificate names no server.", "Ask for one with subject alternative names.")
    if _may_sign(leaf):
        raise BadCertificate(
            "The first certificate of the file is an authority’s, not a server’s.", "Put the server’s own first."
        )
    for one, above in pairwise(chain):
        try:
            one.verify_directly_issued_by(above)
        except (ValueError, TypeError, InvalidSignature):
            raise BadCertificate(
                "The certificates of the file do not follow one another.",
                "Put the server’s own first, then whoever signed it, and so on.",
            ) from None


def _check_private(path: Path) -> None:
    if os.name != "nt" and path.stat().st_mode & 0o077:
        raise BadCertificate(f"Others on this computer may read {path}.", f"Keep it to yourself: chmod 600 {path}")


def _told(leaf: x509.Certificate, above: x509.Certificate | None) -> Held:
    names, addresses = _names(leaf)
    own = above is not None and leaf.issuer == above.subject
    return Held(names, addresses, leaf.not_valid_after_utc, own)


def _names(leaf: x509.Certificate) -> tuple[tuple[str, ...], tuple[Ip, ...]]:
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return (), ()
    addresses = [one for one in names.get_values_for_type(x509.IPAddress) if not hasattr(one, "num_addresses")]
    return tuple(name.casefold() for name in names.get_values_for_type(x509.DNSName)), tuple(addresses)


def _may_sign(leaf: x509.Certificate) -> bool:
    try:
        return leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


# ------------------------------------------------------------------------------------------------ an authority


def authority(folder: Path) -> x509.Certificate | None:
    """The authority of this hall, if one was made."""
    path = folder / AUTHORITY
    return _chain(path.read_bytes(), path)[0] if path.is_file() else None


def vouch(folder: Path, hosts: Iterable[str], now: datetime, *, afresh: bool = False) -> tuple[Held, bool]:
    """A certificate for these names and addresses, by the hall's authority; whether that had to be made first.

    The authority of last time is used again, so that the tablets need nothing new, as long as it may speak for them.
    """
    wanted = list(dict.fromkeys([*(host.casefold() for host in hosts), *ALWAYS]))
    for host in wanted:
        if _ip(host) is None and not _is_name(host):
            raise BadCertificate(
                f"“{host[:60]}” is neither a name nor an address.", "Such as hall.local, 192.168.1.20."
            )
    above = None if afresh else authority(folder)
    if above is not None and above.not_valid_after_utc < now + timedelta(days=LEAF_DAYS):
        raise BadCertificate(
            f"The hall’s authority lasts until {above.not_valid_after_utc:%d %B %Y} only.",
            "Make a new one (--new), and install it on the tablets.",
        )
    strange = [host for host in wanted if above is not None and not _speaks_for(above, host)]
    if strange:
        raise BadCertificate(
            f"The hall’s authority was made for other places, and not for {', '.join(strange)}.",
            "Make a new one (--new), and install it on the tablets.",
        )
    made = above is None
    if above is None:
        above = _found(folder, wanted, now)
    signer = _key((folder / AUTHORITY_KEY).read_bytes(), folder / AUTHORITY_KEY)
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = _leaf(wanted, above, key.public_key(), now).sign(signer, SHA256())
    _keep(folder, KEY, _pem_of(key))
    _keep(folder, CERTIFICATE, leaf.public_bytes(Encoding.PEM))
    return _told(leaf, above), made


def _found(folder: Path, hosts: Sequence[str], now: datetime) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Folkmoot hall {secrets.token_hex(4)}")])
    places: list[x509.GeneralName] = [_place(host) for host in hosts]
    usage = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False
    )
    made = (
        _begun(name, name, key.public_key(), (now, now + timedelta(days=AUTHORITY_DAYS)))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(**usage, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False),
            critical=True,
        )
        .add_extension(x509.NameConstraints(permitted_subtrees=places, excluded_subtrees=None), critical=True)
        .sign(key, SHA256())
    )
    _keep(folder, AUTHORITY_KEY, _pem_of(key))
    _keep(folder, AUTHORITY, made.public_bytes(Encoding.PEM))
    return made


def _leaf(
    hosts: Sequence[str], above: x509.Certificate, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0][:64])])
    named: list[x509.GeneralName] = [
        x509.DNSName(host) if (address := _ip(host)) is None else x509.IPAddress(address) for host in hosts
    ]
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key())  # type: ignore[arg-type]  # ours: P-256
    return (
        _begun(name, above.subject, key, (now, now + timedelta(days=LEAF_DAYS)))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(named), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
    )


def _begun(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, span: tuple[datetime, datetime]
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(span[0] - BEFORE)
        .not_valid_after(span[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _place(host: str) -> x509.GeneralName:
    """What the authority may speak for: a name; an address with its home network, as routers deal addresses anew."""
    address = _ip(host)
    if address is None:
        return x509.DNSName(host)
    home = address.is_private and not address.is_loopback
    length = HOME_NETWORK[address.version] if home else address.max_prefixlen
    return x509.IPAddress(ipaddress.ip_network(f"{address}/{length}", strict=False))


def _speaks_for(above: x509.Certificate, host: str) -> bool:
    places = above.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    address = _ip(host)
    if address is None:
        names = [one.value for one in places if isinstance(one, x509.DNSName)]
        return any(host == name or host.endswith(f".{name}") for name in names)
    networks = [one.value for one in places if isinstance(one, x509.IPAddress)]
    return any(address in network for network in networks if isinstance(network, Network))


# ------------------------------------------------------------------------------------------------ small things


def _ip(host: str) -> Ip | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _is_name(host: str) -> bool:
    parts = host.split(".")
    return len(host) < 254 and all(
        part and len(part) < 64 and part.isascii() and part.replace("-", "a").isalnum() for part in parts
    )


def _public(key: object) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined,no-any-return]  # either half


def _pem_of(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _keep(folder: Path, name: str, data: bytes) -> None:
    """Whole or not at all, and readable by its owner alone from its first moment."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = folder / f"{name}.new"
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(folder / name)
