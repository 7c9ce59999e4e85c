#include "core/net/compression.h"

#include <brotli/encode.h>
#include <zlib.h>

#include <algorithm>
#include <charconv>

#include "core/base/text.h"

namespace quarry::net {
namespace {

constexpr int gzip_level = 5, brotli_quality = 4;  // about as fast as each other; more takes much longer for little

/// The weight of a coding: what stands behind ";q=", 1 without; 0 for one that is no number from 0 to 1.
double weight_of(std::string_view parameters) {
    for (std::string_view one : split(parameters, ';')) {
        one = trim(one);
        if (!one.starts_with("q=") && !one.starts_with("Q=")) continue;
        double weight = 0;
        const auto [end, error] = std::from_chars(one.data() + 2, one.data() + one.size(), weight);
        return error == std::errc() && end == one.data() + one.size() && weight >= 0 && weight <= 1 ? weight : 0;
    }
    return 1;
}

std::optional<std::string> gzipped(std::string_view text) {
    z_stream stream{};
    constexpr int gzip_window = 15 + 16;
    if (deflateInit2(&stream, gzip_level, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) return std::nullopt;
    std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return result == Z_STREAM_END ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<std::string> brotlied(std::string_view text) {
    std::size_t size = BrotliEncoderMaxCompressedSize(text.size());
    std::string out(size, '\0');
    const bool is_made = BrotliEncoderCompress(brotli_quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, text.size(),
                                               reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                                               reinterpret_cast<std::uint8_t*>(out.data())) == BROTLI_TRUE;
    if (!is_made) return std::nullopt;
    out.resize(size);
    return out;
}

}  // namespace

Coding preferred_coding(std::string_view accept_encoding) {
    double gzip = -1, brotli = -1, others = 0;
    for (const std::string_view one : split(accept_encoding, ',')) {
        const std::size_t end = std::min(one.find(';'), one.size());
        const std::string name = ascii_lower(trim(one.substr(0, end)));
        const double weight = weight_of(one.substr(end));
        if (name == "gzip" || name == "x-gzip") gzip = weight;
        if (name == "br") brotli = weight;
        if (name == "*") others = weight;
    }
    if (gzip < 0) gzip = others;
    if (brotli < 0) brotli = others;
    if (brotli > 0 && brotli >= gzip) return Coding::brotli;
    return gzip > 0 ? Coding::gzip : Coding::identity;
}

std::string_view coding_name(Coding coding) noexcept {
    return coding == Coding::gzip ? "gzip" : coding == Coding::brotli ? "br" : "";
}

std::optional<std::string> compressed(std::string_view text, Coding coding) {
    constexpr std::size_t most = 1U << 30;  // what both count with fits
    if (text.size() > most || coding == Coding::identity) return std::nullopt;
    return coding == Coding::gzip ? gzipped(text) : brotlied(text);
}

}  // namespace quarry::net
