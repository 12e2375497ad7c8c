"""A certificate authority of the tests' own: msal wants https, so the stand-in has a certificate that is really checked."""

import ipaddress
import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
END = datetime(2090, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Certificates:
    """`ca`: what clients check with; `app`: PEM with the application's certificate and key."""

    ca: Path
    server: Path
    app: Path
    app_key: rsa.RSAPrivateKey

    def context(self) -> ssl.SSLContext:
        """For the server."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server)
        return context


@cache
def certificates() -> Certificates:
    """Made once for all tests."""
    folder = Path(tempfile.mkdtemp(prefix="unlatch-ca-"))
    ca_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    app_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    ca = _certificate("Tests", ca_key, "Tests", ca_key, x509.BasicConstraints(ca=True, path_length=0))
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")])
    server = _certificate("Loopback", server_key, "Tests", ca_key, here)
    app = _certificate("Unlatch", app_key, "Unlatch", app_key, x509.BasicConstraints(ca=False, path_length=None))
    made = Certificates(folder / "ca.pem", folder / "server.pem", folder / "app.pem", app_key)
    made.ca.write_bytes(_pem(ca))
    made.server.write_bytes(_pem(server) + _private(server_key))
    made.app.write_bytes(_pem(app) + _private(app_key))
    return made


def _certificate(name: str, key: Key, issuer: str, issuer_key: Key, extension: x509.ExtensionType) -> x509.Certificate:
    builder = x509.CertificateBuilder().subject_name(_name(name)).issuer_name(_name(issuer)).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(BEGIN).not_valid_after(END)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    builder = builder.add_extension(identifier, critical=False).add_extension(own, critical=False)
    if name == issuer == "Tests":
        builder = builder.add_extension(_may_sign(), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def _may_sign() -> x509.KeyUsage:
    uses = {"digital_signature": True, "key_cert_sign": True, "crl_sign": True}
    other = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only")
    return x509.KeyUsage(**uses, **dict.fromkeys(other, False))


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private(key: Key) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
