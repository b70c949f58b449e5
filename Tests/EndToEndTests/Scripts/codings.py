"""Decoders of content codings that give every byte the moment it can be decoded: zlib's, and brotli's and zstd's own."""

import ctypes
import zlib


class Gzip:
    def __init__(self):
        self.decoder = zlib.decompressobj(31)

    def decode(self, data):
        return self.decoder.decompress(data)


class Identity:
    def decode(self, data):
        return data


class Brotli:
    """libbrotlidec's streaming decoder."""

    NEEDS_MORE_OUTPUT = 3

    def __init__(self):
        self.library = ctypes.CDLL("libbrotlidec.so.1")
        self.library.BrotliDecoderCreateInstance.restype = ctypes.c_void_p
        self.library.BrotliDecoderTakeOutput.restype = ctypes.c_void_p
        self.state = ctypes.c_void_p(self.library.BrotliDecoderCreateInstance(None, None, None))

    def decode(self, data):
        source = ctypes.create_string_buffer(data, len(data))
        left = ctypes.c_size_t(len(data))
        position = ctypes.c_void_p(ctypes.addressof(source))
        room = ctypes.c_size_t(0)
        nowhere = ctypes.c_void_p(None)
        out = b""
        while True:
            result = self.library.BrotliDecoderDecompressStream(
                self.state, ctypes.byref(left), ctypes.byref(position), ctypes.byref(room), ctypes.byref(nowhere), None)
            if result == 0:
                raise ValueError("not brotli")
            size = ctypes.c_size_t(0)
            found = self.library.BrotliDecoderTakeOutput(self.state, ctypes.byref(size))
            if size.value:
                out += ctypes.string_at(found, size.value)
            if result != self.NEEDS_MORE_OUTPUT and not size.value:
                return out


class Zstd:
    """libzstd's streaming decoder."""

    class Piece(ctypes.Structure):
        _fields_ = [("address", ctypes.c_void_p), ("size", ctypes.c_size_t), ("position", ctypes.c_size_t)]

    def __init__(self):
        self.library = ctypes.CDLL("libzstd.so.1")
        self.library.ZSTD_createDCtx.restype = ctypes.c_void_p
        self.library.ZSTD_decompressStream.restype = ctypes.c_size_t
        self.context = ctypes.c_void_p(self.library.ZSTD_createDCtx())

    def decode(self, data):
        source = ctypes.create_string_buffer(data, len(data))
        room = ctypes.create_string_buffer(65536)
        piece = self.Piece(ctypes.addressof(source), len(data), 0)
        out = b""
        while True:
            target = self.Piece(ctypes.addressof(room), 65536, 0)
            result = self.library.ZSTD_decompressStream(self.context, ctypes.byref(target), ctypes.byref(piece))
            if self.library.ZSTD_isError(ctypes.c_size_t(result)):
                raise ValueError("not zstd")
            out += room.raw[:target.position]
            if piece.position == piece.size and target.position < 65536:
                return out


DECODERS = {"gzip": Gzip, "br": Brotli, "zstd": Zstd, "": Identity}
