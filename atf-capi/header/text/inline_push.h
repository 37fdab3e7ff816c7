/* The push that is compiled into the traced program: atf_producer_push_inline. */
#include "atf_producer.h"
