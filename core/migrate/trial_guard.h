#pragma once

#include <cstddef>
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

/// What a trial does with a statement.
enum class Admission {
    run,
    attempt,    ///< Run, and left out when it fails: code of which only a part may be impossible there.
    leave_out,  ///< It was noted.
};

/// Whether a statement of a trial is run. One that reaches outside by what is written in it is left out and noted,
/// where running it would fail or would reach there. Where nothing but the text is a barrier, only plain statements on
/// tables, views, types and their like run, without the server's own functions and catalogues, and code in SQL only;
/// any other is refused: throws Error that points to it.
class TrialGuard {
public:
    using Note = std::function<void(const std::string&)>;
    TrialGuard(TrialBarrier barrier, Note note) : barrier_(barrier), note_(std::move(note)) {}

    [[nodiscard]] Admission admits(const Script& script, sql::Section statement, std::string_view sql);
    /// Notes that an attempted statement failed.
    void leave_out(const Script& script, sql::Section statement, std::string_view why);
    /// Statements that were left out so far.
    [[nodiscard]] std::size_t left_out() const noexcept { return left_out_; }

private:
    TrialBarrier barrier_;
    Note note_;
    std::size_t left_out_ = 0;
};

}  // namespace quarry::migrate
