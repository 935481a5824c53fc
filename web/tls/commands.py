"""`folkmoot tls`: HTTPS without a proxy, by a certificate of one's own or by an authority of the hall."""

from __future__ import annotations

import io
from pathlib import Path

import click
import segno

from facilitation.cli.common import database_option
from facilitation.times import wall
from web.qr import lan_address
from web.settings import beside
from web.tls.certificates import held, take, vouch
from web.tls.tablets import ForTablets


@click.group()
def commands() -> None:
    """The commands of this room."""


@commands.group()
def tls() -> None:
    """HTTPS without a proxy: certificate and key lie beside the database, where `folkmoot serve` finds them."""


@tls.command("import")
@click.argument("certificate", metavar="CERT", type=click.Path(path_type=Path))
@click.argument("key", metavar="KEY", type=click.Path(path_type=Path))
@database_option
def import_(certificate: Path, key: Path, database: str) -> None:
    """Use this certificate (PEM, with those of its signers below it) and its key."""
    kept = take(beside(database, "tls"), certificate, key, wall())
    click.echo(f"Imported: good for {kept.told}, until {kept.until:%d %B %Y}. `folkmoot serve` uses it from now on.")


@tls.command()
@click.option("--for", "hosts", multiple=True, metavar="NAME", help="A name or address of this computer; repeatable.")
@click.option("--new", is_flag=True, help="Make a new authority, though there is one; tablets must install it.")
@click.option("--plain-port", default=8080, show_default=True, help="Where tablets will fetch it over plain HTTP.")
@database_option
def authority(hosts: tuple[str, ...], new: bool, plain_port: int, database: str) -> None:
    """Make an authority for the tablets of a hall, and a certificate for this computer; again when its address changes.

    Without --for the certificate is for this computer's address in the local network.
    """
    lan = lan_address()
    wanted = hosts or ((lan,) if lan else ())
    folder = beside(database, "tls")
    kept, made = vouch(folder, wanted, wall(), afresh=new)
    above = ForTablets.of(folder)
    assert above is not None, "it was just used"
    click.echo(f"A certificate for {kept.told}, until {kept.until:%d %B %Y}. `folkmoot serve` uses it from now on.")
    click.echo("The authority is new: install it once on every tablet." if made else "The tablets need nothing new.")
    click.echo(f"SHA-256 of the authority: {above.fingerprint}")
    if made and wanted:
        host = f"[{wanted[0]}]" if ":" in wanted[0] else wanted[0]
        link, picture = f"http://{host}:{plain_port}/tls", io.StringIO()
        segno.make(link, error="l").terminal(out=picture, compact=True)
        click.echo(f"Start `folkmoot serve --host 0.0.0.0 --plain-port {plain_port}`, then open {link} on each tablet:")
        click.echo(picture.getvalue())


@tls.command()
@database_option
def show(database: str) -> None:
    """Say which certificate `folkmoot serve` would use, for whom and until when."""
    folder = beside(database, "tls")
    found, above = held(folder, wall()), ForTablets.of(folder)
    if found is None:
        click.echo("There is none: `folkmoot serve` speaks plain HTTP.")
        return
    whose = "by the authority of this hall" if found.own else "imported"
    click.echo(f"{found.told}, until {found.until:%d %B %Y}, {whose}.")
    if above is not None:
        click.echo(f"SHA-256 of the authority: {above.fingerprint}")
