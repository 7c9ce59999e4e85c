// A bit that flips in a base or in its vector index is noticed, or changes nothing that anybody reads.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <random>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/store/store.h"
#include "seeds.h"
#include "tests/unit/store/filled_base.h"

namespace quarry::store {
namespace {

namespace fs = std::filesystem;

/// All that can be read of a base, or what a reading said.
std::string all_of(const fs::path& path) {
    std::string all;
    const auto store = open_store(path, StoreMode::read);
    store->for_each_source("", [&](const Source& source) {
        all += fmt::format("{} {} {} {} {} {} {} {} {}\n", source.id, source.uri, static_cast<int>(source.kind),
                           source.stamp.size, source.stamp.mtime_ns, source.content_hash, source.metadata_json,
                           source.ingested_at, source.document_metadata_json);
        const auto document = store->document(source.document_id.value_or(0));
        if (!document) return;
        all += fmt::format("{} {} {} {}\n", document->media_type, document->title, document->language, document->text);
        for (const document::Block& block : document->blocks) {
            all += fmt::format("{} {} {} {} {}\n", static_cast<int>(block.kind), block.start, block.end, block.level,
                               block.label);
        }
    });
    store->for_each_chunk([&](const Chunk& chunk) {
        all += fmt::format("{} {} {} {} {}-{} {}-{} {}-{} {} {}\n", chunk.id, chunk.ordinal, chunk.uri, chunk.text,
                           chunk.span.start_byte, chunk.span.end_byte, chunk.span.start_line, chunk.span.end_line,
                           chunk.span.start_page, chunk.span.end_page, chunk.span.tokens,
                           fmt::join(chunk.span.heading_path, "/"));
        return true;
    });
    for (const StoredEmbedder& embedder : store->embedders()) {
        all += embedder.fingerprint + store->model(embedder.fingerprint).value_or("");
        store->for_each_vector(embedder.fingerprint, [&](std::int64_t chunk, std::span<const float> vector) {
            all += fmt::format("{} {}\n", chunk, fmt::join(vector, " "));
        });
    }
    for (const char* const term : {"moon", "sun", "tide", "lamp"}) {
        all += fmt::format("{}: {}\n", term, fmt::join(quarry::testing::found(*store, term), "|"));
    }
    const auto conversations = open_conversations(path, StoreMode::read);
    for (const ConversationListing& one : conversations->list()) {
        all += fmt::format("{} {}\n", one.conversation.name, one.conversation.created_at);
        for (const ConversationTurn& turn : conversations->turns(one.conversation.id, 0)) {
            all += fmt::format("{} {} {}\n", turn.number, turn.question, turn.answer);
        }
    }
    all += open_response_cache(path, {.max_age = 0})->find("key", cache::CachedKind::answer).value_or("gone");
    open_runs(path, StoreMode::read)->for_each(9, [&](const StoredRun& run) {
        all += fmt::format("{} {} {} {}\n", run.id, run.trace_id, run.name, run.started_at);
    });
    return all;
}

/// The chunks that searches by vectors find.
std::string dense_of(const fs::path& path) {
    std::string all;
    const auto store = open_store(path, StoreMode::read);
    (void)store->prepare_dense("m", {}, Cancellation());
    for (const double angle : {0.1, 1.0, 3.0}) {
        const std::vector<float> question{static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
        for (const document::ScoredChunk& hit : store->dense({"m", question}, {}, 9, {}).chunks) {
            all += fmt::format("{} {:.6f}\n", hit.chunk_id, hit.score);
        }
    }
    return all;
}

bool has_damage(const fs::path& path) {
    return std::ranges::any_of(open_store(path, StoreMode::read)->verify({}), &VerifyFinding::is_damage);
}
bool has_damaged_index(const fs::path& path) {
    return !open_store(path, StoreMode::read)->verify_index("m", Cancellation()).empty();
}

/// Flips a bit of `file` for each seed. What `is_noticed` does not see must not change what `read` gives; an error is
/// noticed too.
void flip_bits(const fs::path& file, const std::function<bool()>& is_noticed,
               const std::function<std::string()>& read) {
    const std::string sound = read_file(file, 100'000'000), expected = read();
    ASSERT_FALSE(is_noticed());
    const quarry::testing::Seeds seeds = quarry::testing::property_seeds(400, 60);
    for (std::uint64_t seed = seeds.first; seed < seeds.end; ++seed) {
        const std::size_t bit = std::mt19937_64(seed)() % (sound.size() * 8);
        std::string damaged = sound;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
        write_file_atomically(file, damaged);
        try {
            if (!is_noticed()) {
                EXPECT_EQ(read(), expected) << "QUARRY_PROPERTY_SEED=" << seed << ": bit " << bit << " of " << file;
            }
        } catch (const Error&) {
        }
    }
}

TEST(Damage, ABitThatFlipsInABaseIsNoticedOrChangesNothing) {
    const TemporaryDirectory folder;
    const fs::path path = folder.path() / "base.db";
    quarry::testing::fill_base(path);
    flip_bits(
        path, [&] { return has_damage(path); }, [&] { return all_of(path); });
}

TEST(Damage, ABitThatFlipsInAVectorIndexIsNoticedOrChangesNothing) {
    const TemporaryDirectory folder;
    const fs::path path = folder.path() / "base.db", index = quarry::testing::fill_with_index(path);
    ASSERT_FALSE(index.empty());
    flip_bits(
        index, [&] { return has_damaged_index(path); }, [&] { return dense_of(path); });
}

}  // namespace
}  // namespace quarry::store
