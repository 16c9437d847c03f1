#!/bin/sh
echo "HTTP/1.0 200 OK"
