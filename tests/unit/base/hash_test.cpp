#include "core/base/hash.h"
#include <gtest/gtest.h>
#include "core/base/content_hasher.h"

#include <string>

namespace quarry {
namespace {

// FIPS 180-4's own examples; the last one is a million times "a".
TEST(Sha256, AgreesWithThePublishedVectors) {
    EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, ReadsNulBytes) { EXPECT_NE(sha256(std::string("a\0b", 3)), sha256(std::string("a\0c", 3))); }

// What `xxh128sum` prints for empty input (XXH3's canonical form, seed 0).
TEST(ContentHash, IsTheSameInPieces) {
    const std::string text(5'000, 'x');
    ContentHasher hasher;
    hasher.add(text.substr(0, 1'234));
    hasher.add("");
    hasher.add(text.substr(1'234));
    EXPECT_EQ(hasher.digest(), content_hash(text));
    EXPECT_EQ(ContentHasher().digest(), content_hash(""));
}

TEST(ContentHash, IsXxh3InCanonicalForm) { EXPECT_EQ(content_hash(""), "99aa06d3014798d86001c324468d497f"); }

TEST(ContentHash, TellsTextsApart) {
    EXPECT_EQ(content_hash("abc"), content_hash("abc"));
    EXPECT_NE(content_hash("abc"), content_hash("abd"));
    EXPECT_EQ(content_hash("abc").size(), 32u);
}

}  // namespace
}  // namespace quarry
