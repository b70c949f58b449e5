/* A member that speaks FastCGI and AJP/1.3, in one process and one thread: what php-fpm and Tomcat do without a script.
 *
 *     records FASTCGI-PORT AJP-PORT COUNTER-PORT
 *
 * It listens on these ports of 127.0.0.1 and answers each request without content with CONTENT_BYTES, over FastCGI
 * without a length, as PHP does, over AJP with one, as Tomcat does; and one whose path holds "/seen" with the bytes of
 * the request itself. A connection is kept where the request asks for it. On the third port it speaks enough HTTP to
 * tell, as nginx's stub_status does, how many connections it has accepted and how many requests it has served. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONTENT_BYTES = 1024, BUFFER_BYTES = 32 * 1024, DESCRIPTORS_MAX = 16384, EVENTS_MAX = 256 };
enum kind { NONE, FASTCGI, AJP, COUNTERS };

/* What has come on a connection and is not used yet, and of FastCGI the request's parameters so far. */
struct connection {
    enum kind kind;
    int keeps;
    size_t length, parameters;
    unsigned char bytes[BUFFER_BYTES], parameter[BUFFER_BYTES];
};

static struct connection *connections[DESCRIPTORS_MAX];
static enum kind listeners[DESCRIPTORS_MAX];
static unsigned char content[CONTENT_BYTES];
static unsigned long accepted, served;
static int events;

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("records: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    _exit(1);
}

static void watch(int descriptor) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    if (descriptor >= DESCRIPTORS_MAX) fail("too many connections");
    if (epoll_ctl(events, EPOLL_CTL_ADD, descriptor, &event) < 0) fail("epoll_ctl: %m");
}

static void listen_on(const char *port, enum kind kind) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0) fail("port %s: %m", port);
    if (listen(descriptor, 4096) < 0) fail("listen: %m");
    watch(descriptor);
    listeners[descriptor] = kind;
}

static void accept_all(int listener) {
    int descriptor, on = 1;
    while ((descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        watch(descriptor);
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (!connections[descriptor]) connections[descriptor] = malloc(sizeof(struct connection));
        if (!connections[descriptor]) fail("no memory");
        connections[descriptor]->kind = listeners[listener];
        connections[descriptor]->keeps = 1;
        connections[descriptor]->length = connections[descriptor]->parameters = 0;
        accepted++;
    }
}

static size_t number(const unsigned char *bytes) { return (size_t)bytes[0] << 8 | bytes[1]; }

static unsigned char *put_number(unsigned char *end, size_t value) {
    *end++ = (unsigned char)(value >> 8);
    *end++ = (unsigned char)value;
    return end;
}

static unsigned char *put(unsigned char *end, const void *bytes, size_t length) {
    memcpy(end, bytes, length);
    return end + length;
}

static unsigned char *put_text(unsigned char *end, const char *text) {
    end = put_number(end, strlen(text));
    return put(end, text, strlen(text) + 1);
}

/* Answers are small and one at a time a connection, so that a socket takes all of one. */
static void send_all(int descriptor, const unsigned char *bytes, const unsigned char *end) {
    if (send(descriptor, bytes, (size_t)(end - bytes), MSG_NOSIGNAL) != end - bytes && errno != EPIPE
        && errno != ECONNRESET)
        fail("send: %m");
}

/* Whether a request is to be told what it was; then `request` is what is sent, else the content of all. */
static void choose(const unsigned char **request, size_t *length) {
    served++;
    if (memmem(*request, *length, "/seen", 5)) {
        if (*length > 8000) *length = 8000;
        return;
    }
    *request = content;
    *length = CONTENT_BYTES;
}

static unsigned char *put_record(unsigned char *end, int type, size_t length, size_t padding) {
    *end++ = 1;
    *end++ = (unsigned char)type;
    end = put_number(end, 1);
    end = put_number(end, length);
    *end++ = (unsigned char)padding;
    *end++ = 0;
    return end;
}

static void answer_fastcgi(int descriptor, struct connection *connection) {
    static const char head[] = "X-Powered-By: PHP/8.2.36\r\nContent-type: application/octet-stream\r\n\r\n";
    static unsigned char answer[BUFFER_BYTES];
    const unsigned char *sent = connection->parameter;
    size_t length = connection->parameters;
    choose(&sent, &length);
    size_t whole = sizeof head - 1 + length, padding = -whole & 7;
    unsigned char *end = put_record(answer, 6, whole, padding);
    end = put(end, head, sizeof head - 1);
    end = put(end, sent, length);
    end = put(end, "\0\0\0\0\0\0\0", padding);
    end = put_record(end, 3, 8, 0);
    end = put(end, "\0\0\0\0\0\0\0\0", 8);
    send_all(descriptor, answer, end);
    connection->parameters = 0;
}

static void answer_ajp(int descriptor, const unsigned char *request, size_t length) {
    static unsigned char answer[BUFFER_BYTES];
    char digits[24];
    choose(&request, &length);
    snprintf(digits, sizeof digits, "%zu", length);
    unsigned char *end = put(answer + 4, "\4\0\310", 3);
    end = put_text(end, "200");
    end = put(end, "\0\2\240\1", 4);
    end = put_text(end, "application/octet-stream");
    end = put(end, "\240\3", 2);
    end = put_text(end, digits);
    put_number(put(answer, "AB", 2), (size_t)(end - answer - 4));
    end = put_number(put(end, "AB", 2), length + 4);
    *end++ = 3;
    end = put_number(end, length);
    end = put(end, request, length);
    *end++ = 0;
    end = put(end, "AB\0\2\5\1", 6);
    send_all(descriptor, answer, end);
}

static void answer_counters(int descriptor) {
    char numbers[256], answer[512];
    served++;
    snprintf(numbers, sizeof numbers, "Active connections: 1 \nserver accepts handled requests\n %lu %lu %lu \n",
             accepted, accepted, served);
    snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(numbers), numbers);
    send_all(descriptor, (unsigned char *)answer, (unsigned char *)answer + strlen(answer));
}

/* Takes one record, packet or request of `bytes`: how many they were; 0 while it is not whole, -1 where it is wrong. */
static long take(int descriptor, struct connection *connection, const unsigned char *bytes, size_t length) {
    if (connection->kind == COUNTERS) {
        const unsigned char *end = memmem(bytes, length, "\r\n\r\n", 4);
        if (!end) return 0;
        answer_counters(descriptor);
        return end + 4 - bytes;
    }
    if (connection->kind == AJP) {
        if (length < 5) return 0;
        size_t whole = number(bytes + 2) + 4;
        if (bytes[0] != 0x12 || bytes[1] != 0x34 || whole > BUFFER_BYTES) return -1;
        if (length < whole) return 0;
        if (bytes[4] == 2) answer_ajp(descriptor, bytes, whole);
        else if (bytes[4] == 10) send_all(descriptor, (unsigned char *)"AB\0\1\11", (unsigned char *)"AB\0\1\11" + 5);
        else return -1;
        return (long)whole;
    }
    if (length < 8) return 0;
    size_t inside = number(bytes + 4), whole = inside + bytes[6] + 8;
    if (bytes[0] != 1 || whole > BUFFER_BYTES) return -1;
    if (length < whole) return 0;
    if (bytes[1] == 1) connection->keeps = bytes[10] & 1;
    if (bytes[1] == 4) {
        if (connection->parameters + inside > BUFFER_BYTES) return -1;
        memcpy(connection->parameter + connection->parameters, bytes + 8, inside);
        connection->parameters += inside;
    }
    if (bytes[1] == 5 && inside == 0) answer_fastcgi(descriptor, connection);
    return !connection->keeps && bytes[1] == 5 ? -1 : (long)whole;
}

/* Reads what has come and answers what is whole; whether the connection stays. */
static int serve(int descriptor) {
    struct connection *connection = connections[descriptor];
    ssize_t count = recv(descriptor, connection->bytes + connection->length, BUFFER_BYTES - connection->length, 0);
    if (count <= 0) return count < 0 && errno == EAGAIN;
    connection->length += (size_t)count;
    size_t offset = 0;
    while (offset < connection->length) {
        long taken = take(descriptor, connection, connection->bytes + offset, connection->length - offset);
        if (taken < 0) return 0;
        if (taken == 0) break;
        offset += (size_t)taken;
    }
    connection->length -= offset;
    memmove(connection->bytes, connection->bytes + offset, connection->length);
    return connection->length < BUFFER_BYTES;
}

int main(int count, char **arguments) {
    struct epoll_event ready[EVENTS_MAX];
    if (count != 4) fail("expected FASTCGI-PORT AJP-PORT COUNTER-PORT");
    for (int i = 0; i < CONTENT_BYTES; i++) content[i] = (unsigned char)(i * 167 + 13);
    if ((events = epoll_create1(EPOLL_CLOEXEC)) < 0) fail("epoll_create1: %m");
    listen_on(arguments[1], FASTCGI);
    listen_on(arguments[2], AJP);
    listen_on(arguments[3], COUNTERS);
    for (;;) {
        int number_ready = epoll_wait(events, ready, EVENTS_MAX, -1);
        if (number_ready < 0 && errno != EINTR) fail("epoll_wait: %m");
        for (int i = 0; i < number_ready; i++) {
            int descriptor = ready[i].data.fd;
            if (listeners[descriptor] != NONE) accept_all(descriptor);
            else if (!serve(descriptor)) close(descriptor);
        }
    }
}
