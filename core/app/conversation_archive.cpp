// Conversations that are kept.
#include "core/app/conversation_archive.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "core/base/text.h"

namespace quarry::app {
namespace {

using store::ConversationStore;

Error no_such_conversation(ConversationStore& store, const std::string& name) {
    std::vector<std::string> names;
    for (const store::ConversationListing& one : store.list()) names.push_back(one.conversation.name);
    const auto nearest = closest(name, names);
    return Error(ErrorCode::failed,
                 fmt::format("there is no conversation {}", one_line(strip_terminal_controls(name), 200)),
                 nearest ? fmt::format("did you mean {}?", strip_terminal_controls(*nearest))
                         : std::string("quarry chats ls lists them"));
}

}  // namespace

std::vector<store::ConversationListing> ConversationArchive::list() const {
    return ConversationStore(services_.base_path, ConversationStore::Access::read).list();
}

ArchivedConversation ConversationArchive::find(const std::string& name) const {
    ConversationStore store(services_.base_path, ConversationStore::Access::read);
    const std::optional<store::Conversation> conversation = store.find(name);
    if (!conversation) throw no_such_conversation(store, name);
    return {conversation->name, store.turns(conversation->id)};
}

std::vector<std::string> ConversationArchive::remove(std::span<const std::string> names) {
    ConversationStore store(services_.base_path, ConversationStore::Access::write);
    // All of them are there, or none is removed.
    for (const std::string& name : names) {
        if (!store.find(name)) throw no_such_conversation(store, name);
    }
    std::vector<std::string> removed;
    for (const std::string& name : names) {
        if (store.remove(name)) removed.push_back(name);
    }
    return removed;
}

}  // namespace quarry::app
