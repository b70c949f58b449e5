// OpenSSL 3 for Swift: the headers, and as functions the macros that Swift does not import. No logic.
#pragma once
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline int CSSL_error_reason(unsigned long code) { return ERR_GET_REASON(code); }
static inline int CSSL_error_library(unsigned long code) { return ERR_GET_LIB(code); }

static inline int CSSL_CTX_set_min_proto_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}
static inline long CSSL_CTX_set_mode(SSL_CTX *context, long mode) { return SSL_CTX_set_mode(context, mode); }
static inline long CSSL_set_mode(SSL *connection, long mode) { return SSL_set_mode(connection, mode); }
static inline long CSSL_clear_mode(SSL *connection, long mode) { return SSL_clear_mode(connection, mode); }
static inline long CSSL_CTX_set_session_cache_mode(SSL_CTX *context, long mode) {
    return SSL_CTX_set_session_cache_mode(context, mode);
}
static inline void CSSL_CTX_set_read_ahead(SSL_CTX *context, int yes) { SSL_CTX_set_read_ahead(context, yes); }
static inline long CSSL_CTX_set_tlsext_servername_callback(SSL_CTX *context, int (*callback)(SSL *, int *, void *)) {
    return SSL_CTX_set_tlsext_servername_callback(context, callback);
}
static inline long CSSL_CTX_set_tlsext_servername_arg(SSL_CTX *context, void *argument) {
    return SSL_CTX_set_tlsext_servername_arg(context, argument);
}
static inline int CSSL_CTX_use_cert_and_key(
    SSL_CTX *context, X509 *certificate, EVP_PKEY *key, STACK_OF(X509) *chain
) {
    return SSL_CTX_use_cert_and_key(context, certificate, key, chain, 1);
}

static inline STACK_OF(X509) *CSSL_X509_stack_new(void) { return sk_X509_new_null(); }
static inline int CSSL_X509_stack_push(STACK_OF(X509) *stack, X509 *certificate) {
    return sk_X509_push(stack, certificate);
}
static inline void CSSL_X509_stack_free(STACK_OF(X509) *stack) { sk_X509_pop_free(stack, X509_free); }

static inline int CSSL_general_names_count(GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }
static inline GENERAL_NAME *CSSL_general_name(GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}

static inline int CSSL_access_descriptions_count(AUTHORITY_INFO_ACCESS *places) {
    return sk_ACCESS_DESCRIPTION_num(places);
}
static inline ACCESS_DESCRIPTION *CSSL_access_description(AUTHORITY_INFO_ACCESS *places, int index) {
    return sk_ACCESS_DESCRIPTION_value(places, index);
}
static inline int CSSL_print_name(BIO *bio, const X509_NAME *name) {
    return X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253);
}

static inline void CSSL_BIO_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }
static inline void CSSL_BIO_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void CSSL_BIO_retry_write(BIO *bio) { BIO_set_retry_write(bio); }

static inline long CSSL_set_tlsext_host_name(SSL *connection, const char *name) {
    return SSL_set_tlsext_host_name(connection, name);
}

// SSL_get_cipher_name and the option and mode bits are macros over casts.
static inline const char *CSSL_get_cipher_name(const SSL *connection) { return SSL_get_cipher_name(connection); }
static const uint64_t CSSL_OP_NO_RENEGOTIATION = SSL_OP_NO_RENEGOTIATION;
static const uint64_t CSSL_OP_NO_COMPRESSION = SSL_OP_NO_COMPRESSION;
static const uint64_t CSSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION = SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION;
static const long CSSL_MODE_ENABLE_PARTIAL_WRITE = SSL_MODE_ENABLE_PARTIAL_WRITE;
static const long CSSL_MODE_ACCEPT_MOVING_WRITE_BUFFER = SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER;
static const long CSSL_MODE_NO_AUTO_CHAIN = SSL_MODE_NO_AUTO_CHAIN;
static const long CSSL_MODE_RELEASE_BUFFERS = SSL_MODE_RELEASE_BUFFERS;
static const long CSSL_SESS_CACHE_OFF = SSL_SESS_CACHE_OFF;
