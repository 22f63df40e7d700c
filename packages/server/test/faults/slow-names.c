/* getaddrinfo that takes its time over names in .stall.test, as a name server does that does not answer. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
  static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
  if (real == NULL) real = dlsym(RTLD_NEXT, "getaddrinfo");
  if (node != NULL && strstr(node, ".stall.test") != NULL) {
    sleep(20);
    return EAI_AGAIN;
  }
  return real(node, service, hints, found);
}
