#pragma once
#include <isa-l/igzip_lib.h>

// Macros of expressions, which Swift does not import: bytes of the smallest level buffers that lose nothing.
enum {
    CISAL_LEVEL_1_BYTES = ISAL_DEF_LVL1_SMALL,
    CISAL_LEVEL_2_BYTES = ISAL_DEF_LVL2_SMALL,
    CISAL_LEVEL_3_BYTES = ISAL_DEF_LVL3_SMALL,
};

// The stream's arrays are larger than what Swift imports as a tuple.
static inline int CISAL_isFlushed(const struct isal_zstream *stream) {
    return stream->internal_state.state == ZSTATE_NEW_HDR;
}

static inline int CISAL_hasEnded(const struct isal_zstream *stream) {
    return stream->internal_state.state == ZSTATE_END;
}

// Whether the processor has the instructions that igzip's fast ways are written in.
static inline int CISAL_isFast(void) {
#ifdef __x86_64__
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul");
#else
    return 0;
#endif
}
