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

}  // namespace quarry::migrate
