#include "core/net/compression.h"

#include <brotli/decode.h>
#include <gtest/gtest.h>
#include <zlib.h>

namespace quarry::net {
namespace {

TEST(Compression, ChoosesWhatTheClientPrefers) {
    const struct {
        const char* accept;
        Coding coding;
    } rows[] = {{"", Coding::identity},
                {"gzip", Coding::gzip},
                {"gzip, deflate, br", Coding::brotli},
                {"gzip;q=1.0, br;q=0.8", Coding::gzip},
                {"br;q=0, gzip;q=0", Coding::identity},
                {"*", Coding::brotli},
                {"*;q=0.5, br;q=0", Coding::gzip},
                {"identity;q=1, *;q=0", Coding::identity},
                {"GZIP ; Q=0.3", Coding::gzip},
                {"br;q=high, gzip", Coding::gzip},
                {"br;q=7", Coding::identity},
                {"zstd, deflate", Coding::identity},
                {",;,q=,", Coding::identity}};
    for (const auto& row : rows) EXPECT_EQ(preferred_coding(row.accept), row.coding) << row.accept;
}

TEST(Compression, IsUndoneByTheLibraries) {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "line " + std::to_string(i * 7919) + "\n";
    const std::string gzip = compressed(text, Coding::gzip).value();
    EXPECT_LT(gzip.size(), text.size() / 2);
    std::string back(text.size(), '\0');
    z_stream stream{};
    ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
    stream.avail_in = static_cast<uInt>(gzip.size());
    stream.next_out = reinterpret_cast<Bytef*>(back.data());
    stream.avail_out = static_cast<uInt>(back.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    inflateEnd(&stream);
    EXPECT_EQ(back, text);

    const std::string brotli = compressed(text, Coding::brotli).value();
    std::size_t size = text.size();
    std::string other(size, '\0');
    EXPECT_EQ(BrotliDecoderDecompress(brotli.size(), reinterpret_cast<const std::uint8_t*>(brotli.data()), &size,
                                      reinterpret_cast<std::uint8_t*>(other.data())),
              BROTLI_DECODER_RESULT_SUCCESS);
    EXPECT_EQ(other, text);
    EXPECT_FALSE(compressed(text, Coding::identity));
    EXPECT_TRUE(compressed("", Coding::gzip));
}

}  // namespace
}  // namespace quarry::net
