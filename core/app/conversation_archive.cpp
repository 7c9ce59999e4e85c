// Conversations that are kept.
#include "core/app/conversation_archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/text.h"
#include "core/ingest/redaction.h"
#include "core/redact/redactor.h"
#include "core/store/store.h"
#include "core/wire/source_json.h"

namespace quarry::app {
namespace {

Error no_such_conversation(store::ConversationRepository& conversations, const std::string& name) {
    std::vector<std::string> names;
    for (const store::ConversationListing& one : conversations.list()) names.push_back(one.conversation.name);
    const auto nearest = closest(name, names);
    return Error(ErrorCode::nothing_found,
                 fmt::format("there is no conversation {}", one_line(strip_terminal_controls(name), 200)),
                 nearest ? fmt::format("did you mean {}?", strip_terminal_controls(*nearest))
                         : std::string("quarry chats ls lists them"));
}

/// Rewrites what has something to take out. Gives whether that was in the summary too.
bool redact_conversation(store::ConversationRepository& conversations, const std::string& name,
                         const redact::Redactor& redactor, RedactedConversations& result) {
    // The list leaves summaries out.
    const std::optional<store::Conversation> whole = conversations.find(name);
    if (!whole) return false;
    for (store::ConversationTurn turn : conversations.turns(whole->id)) {
        redact::RedactionCounts of_turn;
        for (std::string* text : {&turn.question, &turn.stand_alone, &turn.answer}) {
            *text = redactor.redact(*text, of_turn);
        }
        turn.record = redactor.redact_json(turn.record, of_turn);
        if (of_turn.empty()) continue;
        conversations.rewrite_turn(whole->id, turn);
        ++result.turns;
        for (const auto& [kind, number] : of_turn) result.taken_out[std::string(kind)] += number;
    }
    redact::RedactionCounts counts;
    const std::string summary = redactor.redact(whole->summary, counts);
    if (summary == whole->summary) return false;
    conversations.rewrite_summary(whole->id, summary);
    return true;
}

/// Whether the caller may still read all collections that the answers of a conversation were made from.
bool may_read(const store::Conversation& conversation, const CollectionAccess& access) {
    if (!access.readable) return true;
    return conversation.collections && std::ranges::all_of(*conversation.collections, [&](const std::string& one) {
               return std::ranges::find(*access.readable, one) != access.readable->end();
           });
}

}  // namespace

std::unique_ptr<store::ConversationRepository> ConversationArchive::opened(store::StoreMode mode) const {
    return store::open_conversations(services_.base_path, mode, services_.principal.name);
}

std::vector<store::ConversationListing> ConversationArchive::list() const {
    std::vector<store::ConversationListing> all = opened(store::StoreMode::read)->list();
    std::erase_if(all, [&](const store::ConversationListing& one) {
        return one.turns > 0 && !may_read(one.conversation, services_.access);
    });
    return all;
}

ArchivedConversation ConversationArchive::find(const std::string& name) const {
    const auto conversations = opened(store::StoreMode::read);
    const std::optional<store::Conversation> conversation = conversations->find(name);
    if (!conversation) throw no_such_conversation(*conversations, name);
    std::vector<store::ConversationTurn> turns = conversations->turns(conversation->id);
    if (!turns.empty() && !may_read(*conversation, services_.access)) throw no_such_conversation(*conversations, name);
    return {conversation->name, std::move(turns)};
}

std::string ConversationArchive::create(const std::string& name, std::int64_t now) {
    const auto conversations = opened(store::StoreMode::write);
    if (name.empty()) return conversations->create(wire::utc_time(now).substr(0, 10), now).name;
    if (conversations->find(name)) {
        throw Error(ErrorCode::usage, fmt::format("there is a conversation {} already", name), "choose another name");
    }
    return conversations->open(name, now).name;
}

void ConversationArchive::rename(const std::string& name, const std::string& new_name) {
    const auto conversations = opened(store::StoreMode::write);
    if (!conversations->rename(name, new_name)) throw no_such_conversation(*conversations, name);
}

std::vector<std::string> ConversationArchive::remove(std::span<const std::string> names) {
    const auto conversations = opened(store::StoreMode::write);
    // All of them are there, or none is removed.
    for (const std::string& name : names) {
        if (!conversations->find(name)) throw no_such_conversation(*conversations, name);
    }
    std::vector<std::string> removed;
    for (const std::string& name : names) {
        if (conversations->remove(name)) removed.push_back(name);
    }
    return removed;
}

RedactedConversations ConversationArchive::redact(const std::string& kinds) {
    const std::unique_ptr<store::Store> store = store::open_store(services_.base_path, store::StoreMode::write);
    ingest::IngestOptions options;
    if (!kinds.empty()) options.redact = redact::Redactor::parse_kinds(kinds);
    const std::optional<redact::Redactor> redactor = ingest::redactor_for(store.get(), options);
    if (!redactor) {
        throw Error(ErrorCode::usage,
                    "nothing says what is to be taken out: the documents of the base are not redacted",
                    "name the kinds, such as --kinds default");
    }
    RedactedConversations result;
    bool summaries = false;
    const std::vector<std::string> principals =
        store::open_users(services_.base_path, store::StoreMode::read)->conversation_owners();
    for (const std::string& principal : principals) {
        const auto conversations = store::open_conversations(services_.base_path, store::StoreMode::write, principal);
        for (const store::ConversationListing& one : conversations->list()) {
            services_.cancel.check();
            summaries |= redact_conversation(*conversations, one.conversation.name, *redactor, result);
        }
    }
    if (result.turns == 0 && !summaries) return result;
    opened(store::StoreMode::write)->forget_answers();  // which may say the same
    store->purge();
    return result;
}

}  // namespace quarry::app
