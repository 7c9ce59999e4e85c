// Conversations that are kept.
#include "core/app/conversation_archive.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "core/base/text.h"
#include "core/store/store.h"

namespace quarry::app {
namespace {

Error no_such_conversation(store::ConversationRepository& conversations, const std::string& name) {
    std::vector<std::string> names;
    for (const store::ConversationListing& one : conversations.list()) names.push_back(one.conversation.name);
    const auto nearest = closest(name, names);
    return Error(ErrorCode::failed,
                 fmt::format("there is no conversation {}", one_line(strip_terminal_controls(name), 200)),
                 nearest ? fmt::format("did you mean {}?", strip_terminal_controls(*nearest))
                         : std::string("quarry chats ls lists them"));
}

}  // namespace

std::vector<store::ConversationListing> ConversationArchive::list() const {
    return store::open_conversations(services_.base_path, store::StoreMode::read)->list();
}

ArchivedConversation ConversationArchive::find(const std::string& name) const {
    const auto conversations = store::open_conversations(services_.base_path, store::StoreMode::read);
    const std::optional<store::Conversation> conversation = conversations->find(name);
    if (!conversation) throw no_such_conversation(*conversations, name);
    return {conversation->name, conversations->turns(conversation->id)};
}

std::vector<std::string> ConversationArchive::remove(std::span<const std::string> names) {
    const auto conversations = store::open_conversations(services_.base_path, store::StoreMode::write);
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

}  // namespace quarry::app
