"""The key folder: making, rotating, publishing, and what it refuses."""

from __future__ import annotations

import base64
import datetime as dt
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.keys import KeyFault, KeyFolder, is_whole, load, thumbprint

NOW = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@cache
def sound_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def folder(tmp_path: Path) -> KeyFolder:
    folder = KeyFolder(tmp_path / "keys")
    folder.rotate(NOW, bits=2048)
    return folder


def test_a_key_has_3072_bits_unless_asked_otherwise(tmp_path: Path) -> None:
    assert KeyFolder(tmp_path).rotate(NOW).bits == 3072


def test_a_key_lies_under_its_kid_readable_for_its_owner_alone(folder: KeyFolder) -> None:
    (file,) = folder.folder.iterdir()
    assert file.name == f"{folder.signing(NOW).kid}.pem"
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_published_key_verifies_what_the_private_one_signs(folder: KeyFolder) -> None:
    key = folder.signing(NOW)
    token = jwt.encode({"a": 1}, key.private, "RS256", headers={"kid": key.kid})
    found = jwt.PyJWKSet.from_dict(folder.key_set(NOW))[key.kid]
    assert jwt.decode(token, found.key, ["RS256"]) == {"a": 1}


def test_a_published_key_names_kid_use_and_alg_and_nothing_private(folder: KeyFolder) -> None:
    (entry,) = folder.key_set(NOW)["keys"]
    assert set(entry) == {"kid", "kty", "use", "alg", "n", "e"}
    assert (entry["use"], entry["alg"], entry["e"]) == ("sig", "RS256", "AQAB")


def test_a_new_key_is_published_before_it_signs(folder: KeyFolder) -> None:
    old = folder.signing(NOW)
    new = folder.rotate(NOW + HOUR, bits=2048)
    assert {entry["kid"] for entry in folder.key_set(NOW + HOUR)["keys"]} == {old.kid, new.kid}
    assert folder.signing(NOW + HOUR).kid == old.kid
    assert folder.signing(NOW + HOUR + dt.timedelta(minutes=10)).kid == new.kid


def test_an_old_key_is_published_for_thirty_days_and_then_removed(folder: KeyFolder) -> None:
    old = folder.signing(NOW)
    new = folder.rotate(NOW + HOUR, bits=2048)
    later = NOW + HOUR + 30 * DAY
    assert [entry["kid"] for entry in folder.key_set(later)["keys"]] == [new.kid]
    folder.rotate(later, bits=2048)
    assert not (folder.folder / f"{old.kid}.pem").exists()


def test_another_process_sees_a_rotation(folder: KeyFolder) -> None:
    other = KeyFolder(folder.folder)
    assert len(other.all()) == 1
    folder.rotate(NOW + HOUR, bits=2048)
    assert len(other.all()) == 2


def test_a_folder_without_keys_says_so(tmp_path: Path) -> None:
    with pytest.raises(KeyFault, match="none"):
        KeyFolder(tmp_path / "nowhere").signing(NOW)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_key_that_others_can_read_is_refused(folder: KeyFolder, mode: int) -> None:
    (file,) = folder.folder.iterdir()
    file.chmod(mode)
    with pytest.raises(KeyFault, match="readable-by-others"):
        KeyFolder(folder.folder).all()


def test_a_damaged_key_is_refused(folder: KeyFolder) -> None:
    (file,) = folder.folder.iterdir()
    file.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    with pytest.raises(KeyFault, match="damaged"):
        KeyFolder(folder.folder).all()


@given(st.data())
def test_no_damage_to_a_key_goes_unnoticed(data: st.DataObject) -> None:
    """Each bit of the file's binary content counts; the fault says so instead of a key that signs wrongly."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        private = sound_key()
        der = bytearray(private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
        der[data.draw(st.integers(0, len(der) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        file = folder / f"{thumbprint(private)}.pem"
        file.touch(0o600)
        file.write_text(
            f"-----BEGIN PRIVATE KEY-----\n{base64.encodebytes(der).decode()}-----END PRIVATE KEY-----\n", "ascii"
        )
        with pytest.raises(KeyFault, match=r"damaged|too-short|wrong-name"):
            load(file)


def test_a_key_whose_numbers_do_not_fit_together_is_not_whole() -> None:
    numbers = sound_key().private_numbers()
    public = numbers.public_numbers
    kept = {"p": numbers.p, "q": numbers.q, "d": numbers.d, "dmp1": numbers.dmp1, "dmq1": numbers.dmq1}
    kept["iqmp"] = numbers.iqmp
    assert is_whole(rsa.RSAPrivateNumbers(**kept, public_numbers=public))
    for name, number in kept.items():
        assert not is_whole(rsa.RSAPrivateNumbers(**kept | {name: number + 2}, public_numbers=public)), name
    assert not is_whole(rsa.RSAPrivateNumbers(**kept | {"p": public.n, "q": 1}, public_numbers=public))


def test_a_key_under_another_name_is_refused(folder: KeyFolder) -> None:
    (file,) = folder.folder.iterdir()
    file.rename(file.with_name("other.pem"))
    with pytest.raises(KeyFault, match="wrong-name"):
        KeyFolder(folder.folder).all()


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path)
    folder.rotate(NOW, bits=1024)
    with pytest.raises(KeyFault, match="too-short"):
        folder.all()
