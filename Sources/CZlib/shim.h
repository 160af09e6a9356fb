// What Swift cannot import from zlib.h: the macros that pass the library's version and the size of its stream.
#ifndef CZLIB_SHIM_H
#define CZLIB_SHIM_H

#include <zlib.h>

/// deflateInit2, for the given window bits: 15 for zlib's format, 31 for gzip's.
static inline int czlib_deflate_init(z_streamp stream, int level, int window_bits) {
    return deflateInit2(stream, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
}

/// inflateInit2, for the given window bits: 15 for zlib's format, 31 for gzip's, -15 for bare deflate.
static inline int czlib_inflate_init(z_streamp stream, int window_bits) {
    return inflateInit2(stream, window_bits);
}

#endif
