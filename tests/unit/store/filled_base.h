#pragma once

#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "tests/unit/store/prepared.h"

namespace quarry::testing {

/// Makes a base that has something in each table.
inline void fill_base(const std::filesystem::path& path) {
    using namespace store;
    {
        const std::unique_ptr<Store> base = open_store(path, StoreMode::create);
        base->add_collection("work", "a", 3);
        PreparedSource moon = prepared("/p/moon", "The moon is 384,400 km away.\n\nBetween.\n\nThe sun.");
        moon.document->blocks = {{document::BlockKind::heading, 0, 8, 1, "Moon"}};
        moon.document->metadata = {{"author", "Ada"}};
        moon.chunks.erase(moon.chunks.begin() + 1);
        put(*base, std::move(moon));
        put(*base, prepared("/p/ships", "Ships wait for the tide.\n\nLamps burn."));
        const std::vector<std::string> hashes{content_hash("The sun."), content_hash("Lamps burn.")};
        base->put_vectors("m", 2, hashes, std::vector<float>{0, 1, 1, 0});
        base->set_setting(setting::embedder, "m");
        base->put_model("m", "a table of token vectors");
    }
    const auto conversations = open_conversations(path, StoreMode::write);
    const std::int64_t id = conversations->open("talk", 7).id;
    ConversationTurn turn;
    turn.number = conversations->begin_turn(id, "How far?", 8);
    turn.state = TurnState::answered;
    turn.answer = "384,400 km [1].";
    conversations->finish_turn(id, turn);
    open_response_cache(path, {}, [] {
        return std::int64_t{9};
    })->put("key", cache::CachedKind::answer, "model", "384,400 km");
    StoredRun run;
    run.trace_id = "1";
    run.started_at = 5;
    run.cost = 2.0;  // a whole number, which SQLite stores as one
    (void)open_runs(path, StoreMode::write)->add(run, {});
}

/// Makes a base with so many vectors by "m" that they have an index in a file, whose path this gives.
inline std::filesystem::path fill_with_index(const std::filesystem::path& path) {
    using namespace store;
    constexpr int count = 2'100;
    const std::unique_ptr<Store> base = open_store(path, StoreMode::create);
    std::string text;
    std::vector<std::string> hashes;
    std::vector<float> vectors;
    for (int i = 0; i < count; ++i) {
        const std::string chunk = "word" + std::to_string(i);
        text += chunk + "\n\n";
        hashes.push_back(content_hash(chunk));
        const double angle = 0.002 * i;
        vectors.push_back(static_cast<float>(std::cos(angle)));
        vectors.push_back(static_cast<float>(std::sin(angle)));
    }
    put(*base, prepared("/p/words", text));
    base->put_vectors("m", 2, hashes, vectors);
    base->set_setting(setting::embedder, "m");
    base->update_index("m", 1, false, Cancellation(), {});
    for (const auto& entry : std::filesystem::directory_iterator(path.parent_path())) {
        const std::string name = entry.path().filename().string();
        const bool is_sqlites = name.ends_with("-wal") || name.ends_with("-shm");
        if (entry.path() != path && !is_sqlites && entry.file_size() > 0) return entry.path();
    }
    return {};
}

}  // namespace quarry::testing
