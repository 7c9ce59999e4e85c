#include "core/crypto/sealer.h"

#include <gtest/gtest.h>

namespace quarry::crypto {
namespace {

TEST(Sealer, OpensWhatItSealedForTheSamePurpose) {
    const Sealer sealer, other;
    for (const std::string& text : {std::string(), std::string("a"), std::string(100'000, 'x'), std::string(3, '\0')}) {
        const std::string sealed = sealer.seal(text, "delete");
        EXPECT_NE(sealed, sealer.seal(text, "delete"));
        EXPECT_EQ(sealer.open(sealed, "delete"), text);
        EXPECT_FALSE(sealer.open(sealed, "ingest"));
        EXPECT_FALSE(other.open(sealed, "delete"));
    }
}

TEST(Sealer, NoChangeIsTaken) {
    const Sealer sealer;
    const std::string sealed = sealer.seal("step 1", "p");
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(sealer.open(changed, "p")) << i;
        EXPECT_FALSE(sealer.open(sealed.substr(0, i), "p")) << i;
    }
    EXPECT_FALSE(sealer.open("", "p"));
    EXPECT_FALSE(sealer.open("not base64 !", "p"));
}

}  // namespace
}  // namespace quarry::crypto
