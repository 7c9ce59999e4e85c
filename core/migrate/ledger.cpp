#include "core/migrate/ledger.h"

namespace quarry::migrate {

std::string_view action_name(Action action) noexcept {
    switch (action) {
        case Action::up: return "up";
        case Action::down: return "down";
        case Action::repeat: return "repeat";
        case Action::stamp: return "stamp";
        case Action::unstamp: return "unstamp";
        case Action::repair: return "repair";
    }
    return "up";
}

Error ledger_changed() {
    return Error(ErrorCode::failed, "the migration changes quarry's own tables",
                 "leave the tables quarry_migration… as they are; the commands stamp and repair change what they hold")
        .because("their rows, triggers or rules are not as they were before it");
}

void check_kept(Action action, const LedgerEntry& written, const std::optional<LedgerEntry>& kept) {
    const bool removed = action == Action::down || action == Action::unstamp;
    if (removed ? !kept : kept == written) return;
    throw Error(ErrorCode::failed, "quarry's own tables did not keep what was written to them",
                "drop what changes them, such as a trigger on quarry_migrations, then run the command again")
        .because(removed ? "the entry of the migration is still there"
                         : "the entry of the migration differs from what was written");
}

const std::string* text_of(std::span<const HistoryEntry> history, std::size_t line) {
    if (history[line].text) return &*history[line].text;
    const LedgerEntry& wanted = history[line].entry;
    for (std::size_t i = line; i-- > 0;) {
        const HistoryEntry& earlier = history[i];
        const bool same = earlier.entry.version == wanted.version && earlier.entry.checksum == wanted.checksum;
        if (same && earlier.text) return &*earlier.text;
    }
    return nullptr;
}

}  // namespace quarry::migrate
