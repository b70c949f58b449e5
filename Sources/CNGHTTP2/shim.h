#pragma once
#include <nghttp2/nghttp2.h>

// The header of a frame is the first member of every arm of the union that Swift sees; this reads it by name.
static inline nghttp2_frame_hd CNGHTTP2_header(const nghttp2_frame *frame) { return frame->hd; }
static inline nghttp2_headers_category CNGHTTP2_category(const nghttp2_frame *frame) { return frame->headers.cat; }
static inline uint32_t CNGHTTP2_error_code(const nghttp2_frame *frame) {
    return frame->hd.type == NGHTTP2_GOAWAY ? frame->goaway.error_code : frame->rst_stream.error_code;
}
static inline size_t CNGHTTP2_padding(const nghttp2_frame *frame) { return frame->data.padlen; }
static inline int32_t CNGHTTP2_increment(const nghttp2_frame *frame) { return frame->window_update.window_size_increment; }
static inline int32_t CNGHTTP2_prioritized_stream(const nghttp2_frame *frame) {
    return ((const nghttp2_ext_priority_update *)frame->ext.payload)->stream_id;
}
