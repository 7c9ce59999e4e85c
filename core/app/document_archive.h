#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

#include "core/app/services.h"
#include "core/wire/archive_json.h"

namespace quarry::app {

/// A base as lines of JSON (docs/ingest.md), and back. Both stream: one document is held at a time.
class DocumentArchive {
public:
    explicit DocumentArchive(Services& services) : services_(services) {}

    /// Hands over line after line, without line feeds, of the base as it is now; `write` ends it with false. Each line
    /// of a source has all that belongs to it, vectors included. Gives the number of sources.
    std::uint64_t export_to(const std::function<bool(std::string_view line)>& write);

    /// Puts what was exported into the base, which is made where there is none; what it has already, as it is in the
    /// lines, is left alone. Each group of sources is one transaction: what came before an error stays, and the same
    /// lines can be imported again. `name` is for messages.
    ///
    /// Throws Error(failed) with the number of the line that cannot be stored, or when the end is missing; and when the
    /// base has documents that were cut or redacted in another way.
    wire::ImportReport import_from(std::istream& lines, const std::string& name);

private:
    Services& services_;
};

}  // namespace quarry::app
