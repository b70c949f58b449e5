/* A load client for what wrk cannot do: one TLS 1.3 connection a request, full or resumed, and connections held idle.
 *
 *     handshakes full    PORT SERVER-NAME PATH CONTENT-BYTES THREADS SECONDS
 *     handshakes resumed PORT SERVER-NAME PATH CONTENT-BYTES THREADS SECONDS
 *     handshakes idle    PORT SERVER-NAME PATH CONTENT-BYTES THREADS CONNECTIONS
 *
 * It prepares (resumed: a first connection a thread, for its ticket; idle: opens all connections with one request
 * each), prints "ready" and waits for a line on standard input, so that the caller can read the server's counters in
 * between. Then full and resumed run for SECONDS, idle closes. Last comes one line of JSON with what was counted.
 * Anything but a complete 200 answer of CONTENT-BYTES ends it with a message and status 1. */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { THREADS_MAX = 8, ANSWER_BYTES_MAX = 64 * 1024, READ_SECONDS_MAX = 10 };

/* One thread's state and counts; `ticket` is the newest session that the server gave it. */
struct worker {
    pthread_t thread;
    SSL_SESSION *ticket;
    long connections, reused, unclean_closes, tickets;
    SSL **held;
    long held_count;
    char version[16], cipher[64], group[32];
};

static SSL_CTX *context;
static struct sockaddr_in address;
static const char *server_name;
static char request[1024];
static long content_bytes, amount;
static enum { FULL, RESUMED, IDLE } mode;
static pthread_barrier_t prepared, released;

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("handshakes: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    ERR_print_errors_fp(stderr);
    va_end(arguments);
    _exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* OpenSSL calls this for each ticket (RFC 8446, section 4.6.1). Returning 1 keeps the reference. */
static int on_ticket(SSL *ssl, SSL_SESSION *session) {
    struct worker *worker = SSL_get_app_data(ssl);
    SSL_SESSION_free(worker->ticket);
    worker->ticket = session;
    worker->tickets++;
    return 1;
}

static SSL *open_connection(struct worker *worker) {
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    struct timeval limit = {.tv_sec = READ_SECONDS_MAX};
    if (descriptor < 0) fail("socket: %m");
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) < 0) fail("connect: %m");

    SSL *ssl = SSL_new(context);
    if (!ssl || !SSL_set_fd(ssl, descriptor) || !SSL_set_tlsext_host_name(ssl, server_name)) fail("no connection");
    SSL_set_app_data(ssl, worker);
    if (mode == RESUMED && worker->ticket) SSL_set_session(ssl, worker->ticket);
    if (SSL_connect(ssl) != 1) fail("handshake failed");
    snprintf(worker->version, sizeof worker->version, "%s", SSL_get_version(ssl));
    snprintf(worker->cipher, sizeof worker->cipher, "%s", SSL_get_cipher_name(ssl));
    const char *group = SSL_group_to_name(ssl, (int)SSL_get_negotiated_group(ssl));
    snprintf(worker->group, sizeof worker->group, "%s", group ? group : "");
    return ssl;
}

/* Sends the request and reads its answer: to the end of the content where the connection is kept, else to the end of
 * the connection. */
static void exchange(struct worker *worker, SSL *ssl) {
    static __thread char answer[ANSWER_BYTES_MAX + 1];
    long length = 0;
    const char *content = NULL;

    if (SSL_write(ssl, request, (int)strlen(request)) <= 0) fail("the request could not be sent");
    for (;;) {
        int count = SSL_read(ssl, answer + length, (int)(ANSWER_BYTES_MAX - length));
        if (count <= 0) {
            int reason = SSL_get_error(ssl, count);
            if (mode != IDLE && reason == SSL_ERROR_ZERO_RETURN) break;
            if (mode == IDLE || reason != SSL_ERROR_SSL) fail("the answer broke off after %ld bytes", length);
            if (ERR_GET_REASON(ERR_peek_error()) != SSL_R_UNEXPECTED_EOF_WHILE_READING) fail("reading failed");
            ERR_clear_error();
            worker->unclean_closes++;
            break;
        }
        length += count;
        answer[length] = 0;
        if (!content && (content = strstr(answer, "\r\n\r\n"))) content += 4;
        if (mode == IDLE && content && answer + length - content >= content_bytes) break;
        if (length == ANSWER_BYTES_MAX) fail("the answer is too long");
    }
    if (!content || strncmp(answer, "HTTP/1.1 200 ", 13) != 0) fail("unexpected answer: %.80s", answer);
    if (answer + length - content != content_bytes)
        fail("%ld bytes of content instead of %ld", (long)(answer + length - content), content_bytes);
}

static void close_connection(SSL *ssl) {
    int descriptor = SSL_get_fd(ssl);
    SSL_shutdown(ssl);
    ERR_clear_error();
    SSL_free(ssl);
    close(descriptor);
}

static void visit(struct worker *worker) {
    SSL *ssl = open_connection(worker);
    exchange(worker, ssl);
    worker->reused += SSL_session_reused(ssl);
    worker->connections++;
    close_connection(ssl);
}

static void *run(void *argument) {
    struct worker *worker = argument;
    if (mode == RESUMED) {
        visit(worker);
        if (!worker->ticket) fail("the server gave no ticket");
        worker->connections = worker->reused = worker->tickets = worker->unclean_closes = 0;
    }
    for (long i = 0; i < worker->held_count; i++) {
        worker->held[i] = open_connection(worker);
        exchange(worker, worker->held[i]);
        worker->connections++;
    }
    pthread_barrier_wait(&prepared);
    pthread_barrier_wait(&released);
    for (long i = 0; i < worker->held_count; i++) close_connection(worker->held[i]);
    if (mode == IDLE) return NULL;
    for (double end = now() + (double)amount; now() < end;) visit(worker);
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 8) fail("expected MODE PORT SERVER-NAME PATH CONTENT-BYTES THREADS AMOUNT");
    mode = !strcmp(arguments[1], "full") ? FULL : !strcmp(arguments[1], "resumed") ? RESUMED : IDLE;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((unsigned short)atoi(arguments[2]));
    server_name = arguments[3];
    content_bytes = atol(arguments[5]);
    long threads = atol(arguments[6]);
    amount = atol(arguments[7]);
    if (threads < 1 || threads > THREADS_MAX || amount < 1) fail("1 to %d threads and an amount above 0", THREADS_MAX);
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: %s:%s\r\nUser-Agent: handshakes\r\n%s\r\n",
             arguments[4], server_name, arguments[2], mode == IDLE ? "" : "Connection: close\r\n");

    context = SSL_CTX_new(TLS_client_method());
    if (!context || !SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION)) fail("no TLS 1.3");
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
    SSL_CTX_sess_set_new_cb(context, on_ticket);

    static struct worker workers[THREADS_MAX];
    pthread_barrier_init(&prepared, NULL, (unsigned)threads + 1);
    pthread_barrier_init(&released, NULL, (unsigned)threads + 1);
    for (long i = 0; i < threads; i++) {
        if (mode == IDLE) workers[i].held_count = amount / threads + (i < amount % threads);
        workers[i].held = calloc((size_t)workers[i].held_count + 1, sizeof(SSL *));
        if (pthread_create(&workers[i].thread, NULL, run, &workers[i])) fail("no thread");
    }
    pthread_barrier_wait(&prepared);
    puts("ready");
    fflush(stdout);
    getchar();
    double start = now();
    pthread_barrier_wait(&released);

    long connections = 0, reused = 0, unclean_closes = 0, tickets = 0;
    for (long i = 0; i < threads; i++) {
        pthread_join(workers[i].thread, NULL);
        connections += workers[i].connections;
        reused += workers[i].reused;
        unclean_closes += workers[i].unclean_closes;
        tickets += workers[i].tickets;
    }
    printf("{\"connections\": %ld, \"reused\": %ld, \"unclean_closes\": %ld, \"tickets\": %ld, \"seconds\": %.6f, "
           "\"version\": \"%s\", \"cipher\": \"%s\", \"group\": \"%s\"}\n",
           connections, reused, unclean_closes, tickets, now() - start, workers[0].version, workers[0].cipher,
           workers[0].group);
    return 0;
}
