#pragma once
#include <nghttp2/nghttp2.h>

// The header of a frame is the first member of every arm of the union that Swift sees; this reads it by name.
static inline nghttp2_frame_hd CNGHTTP2_header(const nghttp2_frame *frame) { return frame->hd; }
static inline nghttp2_headers_category CNGHTTP2_category(const nghttp2_frame *frame) { return frame->headers.cat; }
static inline uint32_t CNGHTTP2_error_code(const nghttp2_frame *frame) { return frame->rst_stream.error_code; }
static inline int32_t CNGHTTP2_increment(const nghttp2_frame *frame) { return frame->window_update.window_size_increment; }
