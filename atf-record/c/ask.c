/* Questions to `atf record`: a connection for each, so that no file stays open in the program, which may close all
   files that it does not know. */
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int connected(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const size_t length = strlen(atf_settings.socket);
    if (length >= sizeof address.sun_path) {
        return -1;
    }
    memcpy(address.sun_path, atf_settings.socket, length + 1);
    const int file = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (file < 0) {
        return -1;
    }
    int result;
    do {
        result = connect(file, (const struct sockaddr *)&address, sizeof address);
    } while (result < 0 && errno == EINTR);
    if (result < 0) {
        close(file);
        return -1;
    }
    return file;
}

bool atf_is_answered(void) {
    const int file = connected();
    if (file < 0) {
        /* Without a file to spare nothing is known. */
        return errno == EMFILE || errno == ENFILE || errno == EAGAIN;
    }
    close(file);
    return true;
}

int atf_ask(const struct AtfQuestion *question, const char *text, struct AtfAnswer *answer) {
    memset(answer, 0, sizeof *answer);
    answer->refused = 1;
    const int file = connected();
    if (file < 0) {
        return -1;
    }
    struct iovec parts[2] = {{(void *)(uintptr_t)question, sizeof *question}, {(void *)(uintptr_t)text, text ? strnlen(text, ATF_TEXT_MAX) : 0}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t result;
    do {
        result = sendmsg(file, &message, MSG_NOSIGNAL);
    } while (result < 0 && errno == EINTR);
    int received = -1;
    if (result >= 0) {
        union {
            struct cmsghdr header;
            char bytes[CMSG_SPACE(sizeof(int))];
        } control;
        struct iovec part = {answer, sizeof *answer};
        struct msghdr reply = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
        do {
            result = recvmsg(file, &reply, MSG_CMSG_CLOEXEC);
        } while (result < 0 && errno == EINTR);
        struct cmsghdr *header = result < 0 ? NULL : CMSG_FIRSTHDR(&reply);
        if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
            memcpy(&received, CMSG_DATA(header), sizeof received);
        }
        if (result != (ssize_t)sizeof *answer) {
            answer->refused = 1;
        }
    }
    close(file);
    return received;
}
