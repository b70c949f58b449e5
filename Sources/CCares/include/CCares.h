// What is used of c-ares. Its own header is not included: it would make what the system declares a part of this module.
// Each function is one of c-ares, or walks a list of its.
#pragma once

#include <stddef.h>

enum {
    CCARES_NO_DATA = 1,
    CCARES_LATE = 12,
    CCARES_SOCKETS_MAX = 16,
};

// Questions to one choice of servers, as "127.0.0.1:5353,[::1]:53"; NULL: those of the machine. NULL if it fails.
void *ccares_open(const char *servers, int timeout_millis, int tries);
// Ends what is not answered first.
void ccares_close(void *channel);
const char *ccares_words(int code);

// Told of each address, as a struct sockaddr with port 0, and of each alias on the way, which has none.
typedef void (*ccares_on_address)(void *argument, const void *address, size_t length, int seconds);
// Told at the end, with 0 where there was an answer.
typedef void (*ccares_on_end)(void *argument, int code);
void ccares_ask_addresses(
    void *channel, const char *host, int family, ccares_on_address on_address, ccares_on_end on_end, void *argument);

// Told of the answer as it came, with 0; of any other code there is none.
typedef void (*ccares_on_message)(void *argument, int code, const unsigned char *bytes, size_t count);
void ccares_ask_services(void *channel, const char *name, ccares_on_message on_message, void *argument);
typedef void (*ccares_on_service)(
    void *argument, const char *host, unsigned short port, unsigned short priority, unsigned short weight);
// Reads the SRV records of an answer; 0, or what is wrong with it.
int ccares_read_services(const unsigned char *bytes, size_t count, ccares_on_service on_service, void *argument);

// Fills in CCARES_SOCKETS_MAX numbers. A bit says whether the one of this index is to be read, the same one
// CCARES_SOCKETS_MAX higher whether it is to be written.
unsigned int ccares_sockets(void *channel, int *numbers);
// Until some server has been waited for long enough; -1: none is.
int ccares_patience_millis(void *channel);
// A socket that can be read and one that can be written; -1: none.
void ccares_process(void *channel, int readable, int writable);
