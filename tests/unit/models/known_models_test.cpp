// The list of known models.
#include "core/models/known_models.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace quarry::models {
namespace {

TEST(KnownModels, EachIsPinnedAndNamed) {
    std::set<std::string_view> names, hashes;
    for (const KnownModel& model : known_models()) {
        EXPECT_TRUE(names.insert(model.name).second) << model.name;
        EXPECT_TRUE(hashes.insert(model.sha256).second) << model.name;
        EXPECT_EQ(model.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-"), std::string_view::npos);
        EXPECT_EQ(model.sha256.size(), 64U) << model.name;
        EXPECT_EQ(model.sha256.find_first_not_of("0123456789abcdef"), std::string_view::npos) << model.name;
        EXPECT_TRUE(model.url.starts_with("https://")) << model.name;
        EXPECT_TRUE(model.url.ends_with(".gguf")) << model.name;
        EXPECT_GT(model.bytes, 1'000'000U) << model.name;
        EXPECT_FALSE(model.license.empty()) << model.name;
        EXPECT_FALSE(model.about.empty()) << model.name;
        EXPECT_EQ(find_known_model(model.name), &model);
    }
    EXPECT_EQ(find_known_model("bge"), nullptr);
}

TEST(KnownModels, AreListedByKindAndSize) {
    const auto models = known_models();
    EXPECT_TRUE(std::ranges::is_sorted(models, [](const KnownModel& left, const KnownModel& right) {
        return left.kind != right.kind ? left.kind < right.kind : left.bytes < right.bytes;
    }));
    EXPECT_EQ(models.front().kind, ModelKind::reranker);
    EXPECT_EQ(kind_name(models.back().kind), "chat model");
}

}  // namespace
}  // namespace quarry::models
