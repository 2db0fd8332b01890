"""System calls that student code has no use for, refused by the kernel.

Namespaces take away what has a name: files, processes, networks. These calls reach what is left: memory that
counts for no process, keys that outlive it, sockets to the machine below a virtual machine, new namespaces.
"""

import platform
import struct

ALLOW, REFUSE, UNKNOWN = 0x7FFF0000, 0x00050001, 0x00050026  # with EPERM; with ENOSYS
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, ARGUMENT = 0, 4, 16  # where they stand in what the kernel hands over

NEW_NAMESPACES = 0x7E020000
UNIX_SOCKETS = 1

# Numbers that all architectures share: open_tree, move_mount, fsopen, fsconfig, fsmount, fspick,
# mount_setattr; io_uring_setup, io_uring_enter, io_uring_register; memfd_secret.
NEW = [428, 429, 430, 431, 432, 433, 442, 425, 426, 427, 447]
CLONE3 = 435

# Per architecture: its code, clone, socket, and the calls refused whatever their arguments: unshare, setns,
# mount, umount2, pivot_root, chroot, ptrace, process_vm_readv, process_vm_writev, keyctl, add_key,
# request_key, bpf, perf_event_open, userfaultfd, shmget, msgget, semget, mq_open, memfd_create.
MACHINES = {
    "x86_64": (0xC000003E, 56, 41, [272, 308, 165, 166, 155, 161, 101, 310, 311, 250, 248, 249, 321, 298, 323,
                                    29, 68, 64, 240, 319]),
    "aarch64": (0xC00000B7, 220, 198, [97, 268, 40, 39, 41, 51, 117, 270, 271, 219, 217, 218, 280, 241, 282,
                                       194, 186, 190, 180, 279]),
}  # fmt: skip


def program(machine=None):
    """Return the filter as the kernel takes it; an empty one, which allows all, for an unknown machine."""
    if (machine or platform.machine()) not in MACHINES:
        return _statement(RETURN, ALLOW)
    code, clone, socket, refused = MACHINES[machine or platform.machine()]
    steps = [_statement(LOAD, ARCHITECTURE), *_unless(EQUAL, code, REFUSE), _statement(LOAD, NUMBER)]
    # x86-64's second set of numbers, for 32-bit pointers.
    steps += _when(AT_LEAST, 0x40000000, REFUSE)
    # Its flags are behind a pointer; without it the C library falls back to clone.
    steps += _when(EQUAL, CLONE3, UNKNOWN)
    for number in [*refused, *NEW]:
        steps += _when(EQUAL, number, REFUSE)
    steps += [_jump(EQUAL, clone, 0, 3), _statement(LOAD, ARGUMENT), *_when(ANY_BIT, NEW_NAMESPACES, REFUSE)]
    steps += [_statement(LOAD, NUMBER), _jump(EQUAL, socket, 0, 3), _statement(LOAD, ARGUMENT)]
    steps += [*_unless(EQUAL, UNIX_SOCKETS, REFUSE), _statement(RETURN, ALLOW)]
    return b"".join(steps)


def _statement(code, value):
    return struct.pack("=HBBI", code, 0, 0, value)


def _jump(code, value, then, otherwise):
    return struct.pack("=HBBI", code, then, otherwise, value)


def _when(code, value, answer):
    return [_jump(code, value, 0, 1), _statement(RETURN, answer)]


def _unless(code, value, answer):
    return [_jump(code, value, 1, 0), _statement(RETURN, answer)]
