"""A name server for one name: answers A questions for it with 127.0.0.1, AAAA with nothing.

usage: name_server.py ADDRESS NAME
Serves on UDP port 53 of ADDRESS until it is killed, at most five minutes; other names do not exist.
"""
import socket
import sys
import time


def question_of(packet):
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode("ascii", "replace"))
        at += 1 + packet[at]
    return ".".join(labels).lower(), packet[at + 1:at + 3], packet[12:at + 5]


def answer(packet, name):
    asked, kind, question = question_of(packet)
    known = asked == name
    records = []
    if known and kind == b"\x00\x01":
        records.append(b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x7f\x00\x00\x01")
    flags = b"\x85\x80" if known else b"\x85\x83"
    counts = b"\x00\x01" + len(records).to_bytes(2, "big") + b"\x00\x00\x00\x00"
    return packet[:2] + flags + counts + question + b"".join(records)


def main():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((sys.argv[1], 53))
    server.settimeout(300)
    end = time.monotonic() + 300
    print("ready", flush=True)
    while time.monotonic() < end:
        packet, client = server.recvfrom(512)
        server.sendto(answer(packet, sys.argv[2]), client)


main()
