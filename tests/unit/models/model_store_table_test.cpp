// Tables of the built-in embedder among the models.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/embed/builtin.h"
#include "core/models/model_store.h"

namespace quarry::models {
namespace {

using ::testing::HasSubstr;

class StoredTables : public ::testing::Test {
protected:
    std::string write(const std::string& name, const std::string& bytes) {
        const auto path = place_.path() / name;
        std::ofstream(path, std::ios::binary) << bytes;
        return path.string();
    }

    static std::string table() {
        const std::vector<embed::FitPair> pairs(64, {"the moon is far", "how far is the moon"});
        embed::FitSource source;
        source.pairs = pairs;
        return embed::fit_builtin(source, {}, Cancellation());
    }

    TemporaryDirectory place_;
    ModelStore models_{place_.path() / "models"};
    const Cancellation never_;
};

TEST_F(StoredTables, AreAddedListedFoundAndRemoved) {
    const std::string bytes = table();
    const StoredModel added = models_.add(write("field.table", bytes), {}, never_);
    EXPECT_EQ(added.name, "field");
    EXPECT_TRUE(added.is_table);
    EXPECT_EQ(added.dimensions, 256U);
    const auto found = models_.find("field");
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->is_table);
    EXPECT_EQ(found->architecture, "table");
    EXPECT_EQ(read_file(found->path, 1 << 26), bytes);
    ASSERT_EQ(models_.list().size(), 1U);
    EXPECT_EQ(models_.list()[0].name, "field");
    EXPECT_THROW(static_cast<void>(models_.add(write("field.table", bytes), {}, never_)), Error);
    EXPECT_TRUE(models_.remove("field"));
    EXPECT_FALSE(models_.find("field"));
    EXPECT_TRUE(std::filesystem::is_empty(models_.folder()));
}

TEST_F(StoredTables, TellWhatIsOneByContentAndRefuseDamage) {
    std::string bytes = table();
    EXPECT_TRUE(models_.add(write("anything.bin", bytes), {"other", {}, false}, never_).is_table);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    try {
        static_cast<void>(models_.add(write("damaged.table", bytes), {}, never_));
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("damaged.table"));
    }
    EXPECT_FALSE(models_.find("damaged"));
}

}  // namespace
}  // namespace quarry::models
