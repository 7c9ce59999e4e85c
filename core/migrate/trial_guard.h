#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/migrate/migration_file.h"

namespace quarry::migrate {

/// What keeps the statements of a trial from reaching outside of its temporary database.
enum class TrialBarrier {
    sandbox,     ///< A private server: anything may run there.
    dev_server,  ///< Nothing but what is written; the server is there for trials.
    text,        ///< Nothing but what is written, on a server that others use.
};

/// Whether a statement of a trial is run. One that reaches outside by what is written in it is left out and noted,
/// where running it would fail or would reach there. Where nothing but the text is a barrier, only plain statements on
/// tables, views, types and their like run, without the server's own functions and catalogues, and code in SQL only;
/// any other is refused: throws Error that points to it.
class TrialGuard {
public:
    using Note = std::function<void(const std::string&)>;
    TrialGuard(TrialBarrier barrier, Note note) : barrier_(barrier), note_(std::move(note)) {}

    [[nodiscard]] bool admits(const Script& script, sql::Section statement, std::string_view sql) const;

private:
    TrialBarrier barrier_;
    Note note_;
};

}  // namespace quarry::migrate
