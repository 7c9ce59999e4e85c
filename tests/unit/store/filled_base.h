#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "tests/unit/store/prepared.h"

namespace quarry::testing {

/// Makes a base that has something in each table, and vectors in an index beside it.
inline void fill_base(const std::filesystem::path& path) {
    using namespace store;
    {
        const std::unique_ptr<Store> base = open_store(path, StoreMode::create);
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
        base->update_index("m", 1, false, Cancellation(), {});
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

}  // namespace quarry::testing
