#include "CCares.h"

#include <arpa/nameser.h>
#include <ares.h>
#include <assert.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

static_assert(CCARES_NO_DATA == ARES_ENODATA, "");
static_assert(CCARES_LATE == ARES_ETIMEOUT, "");
static_assert(CCARES_SOCKETS_MAX == ARES_GETSOCK_MAXNUM, "");

void *ccares_open(const char *servers, int timeout_millis, int tries) {
    if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) return NULL;
    struct ares_options options = {.timeout = timeout_millis, .tries = tries};
    int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES;
    if (servers) {
        // With servers of one's own, /etc/nsswitch.conf does not say whether any are asked.
        options.lookups = "fb";
        mask |= ARES_OPT_LOOKUPS;
    }
    ares_channel channel = NULL;
    if (ares_init_options(&channel, &options, mask) != ARES_SUCCESS) return NULL;
    if (servers && ares_set_servers_ports_csv(channel, servers) != ARES_SUCCESS) {
        ares_destroy(channel);
        return NULL;
    }
    return channel;
}

void ccares_close(void *channel) { ares_destroy(channel); }

const char *ccares_words(int code) { return ares_strerror(code); }

struct addresses_question {
    ccares_on_address on_address;
    ccares_on_end on_end;
    void *argument;
};

static void on_addresses(void *argument, int status, int timeouts, struct ares_addrinfo *list) {
    struct addresses_question question = *(struct addresses_question *)argument;
    (void)timeouts;
    free(argument);
    if (status == ARES_SUCCESS && list) {
        for (struct ares_addrinfo_cname *alias = list->cnames; alias; alias = alias->next)
            question.on_address(question.argument, NULL, 0, alias->ttl);
        for (struct ares_addrinfo_node *node = list->nodes; node; node = node->ai_next)
            question.on_address(question.argument, node->ai_addr, node->ai_addrlen, node->ai_ttl);
    }
    if (list) ares_freeaddrinfo(list);
    question.on_end(question.argument, status);
}

void ccares_ask_addresses(
    void *channel, const char *host, int family, ccares_on_address on_address, ccares_on_end on_end, void *argument
) {
    struct ares_addrinfo_hints hints = {.ai_family = family, .ai_socktype = SOCK_STREAM};
    struct addresses_question *question = malloc(sizeof *question);
    if (!question) return on_end(argument, ARES_ENOMEM);
    *question = (struct addresses_question){on_address, on_end, argument};
    ares_getaddrinfo(channel, host, NULL, &hints, on_addresses, question);
}

struct services_question {
    ccares_on_message on_message;
    void *argument;
};

static void on_services(void *argument, int status, int timeouts, unsigned char *bytes, int count) {
    struct services_question question = *(struct services_question *)argument;
    (void)timeouts;
    free(argument);
    if (status == ARES_SUCCESS && !bytes) status = ARES_ENODATA;
    question.on_message(question.argument, status, bytes, status == ARES_SUCCESS ? (size_t)count : 0);
}

void ccares_ask_services(void *channel, const char *name, ccares_on_message on_message, void *argument) {
    struct services_question *question = malloc(sizeof *question);
    if (!question) return on_message(argument, ARES_ENOMEM, NULL, 0);
    *question = (struct services_question){on_message, argument};
    ares_search(channel, name, ns_c_in, ns_t_srv, on_services, question);
}

int ccares_read_services(const unsigned char *bytes, size_t count, ccares_on_service on_service, void *argument) {
    struct ares_srv_reply *list = NULL;
    int status = ares_parse_srv_reply(bytes, (int)count, &list);
    if (status != ARES_SUCCESS) return status;
    for (struct ares_srv_reply *reply = list; reply; reply = reply->next)
        on_service(argument, reply->host, reply->port, reply->priority, reply->weight);
    ares_free_data(list);
    return 0;
}

unsigned int ccares_sockets(void *channel, int *numbers) {
    return (unsigned int)ares_getsock(channel, numbers, ARES_GETSOCK_MAXNUM);
}

int ccares_patience_millis(void *channel) {
    struct timeval time;
    if (!ares_timeout(channel, NULL, &time)) return -1;
    // Rounded up, or the last millisecond would be waited for again and again.
    return (int)(time.tv_sec * 1000 + (time.tv_usec + 999) / 1000);
}

void ccares_process(void *channel, int readable, int writable) { ares_process_fd(channel, readable, writable); }
