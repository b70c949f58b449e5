// OpenSSL 3 for Swift: the headers, and as functions the macros that Swift does not import. No logic.
#pragma once
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
