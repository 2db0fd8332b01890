"""Mark over a Dask cluster: the same function, sent to workers on other machines.

Submissions and marks travel over the network, and whoever reaches a scheduler can run code on its workers. So
the address is of this very machine, or it is tls:// and both sides show a certificate.
"""

import contextlib
import ipaddress
import re
from pathlib import Path

from .files import Failure

CERTIFICATES = ("ca.pem", "cert.pem", "key.pem")


@contextlib.contextmanager
def executor(address, certificates=None, seconds=20):
    """Open the cluster at `address`; yield what takes work, and how much to give it at once."""
    protocol = check(address, certificates)
    try:
        from distributed import Client
        from distributed.security import Security
    except ImportError:
        raise Failure("For --scheduler install Dask:  pip install distributed") from None
    security = None
    if protocol == "tls":
        ca, cert, key = (str(Path(certificates) / name) for name in CERTIFICATES)
        security = Security(tls_ca_file=ca, tls_client_cert=cert, tls_client_key=key, require_encryption=True)
    try:
        client = Client(address, security=security, timeout=seconds, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise Failure(f"There is no answer from the scheduler at {address}: {error}") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=30)
        except TimeoutError:
            raise Failure(f"The scheduler at {address} has no workers. Start some:  dask worker …") from None
        # A worker that is lost takes its submissions with it; they are given to another.
        with client.get_executor(pure=False, retries=3) as pool:
            yield pool, 4 * sum(client.nthreads().values())


def check(address, certificates=None):
    """Return the protocol of an address that may be used; refuse any other in words."""
    match = re.fullmatch(r"(?P<protocol>[a-z]+)://(?P<host>\[[^]]+\]|[^:/]+):\d+/?", address)
    if not match:
        raise Failure(f"{address} is not the address of a scheduler. Expected: tls://host:8786")
    protocol, host = match["protocol"], match["host"].strip("[]")
    if protocol == "tls":
        missing = [name for name in CERTIFICATES if not Path(certificates or "?", name).is_file()]
        if missing:
            raise Failure(
                f"{address} needs certificates. Name the folder that holds {', '.join(CERTIFICATES)}:"
                "  --certificates FOLDER"
            )
        return protocol
    if protocol == "tcp" and (host == "localhost" or _is_loopback(host)):
        return protocol
    raise Failure(
        f"{address} is refused: submissions and marks would travel unprotected. Use a scheduler with tls://"
        " and certificates, or one on this machine (tcp://127.0.0.1:8786)."
    )


def _is_loopback(host):
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
