#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quarry::cli {

/// What --fields keeps of the documents that a command prints. "a.b" is the member b of a, or of each element of a.
struct FieldChoice {
    std::string list{};                      ///< The member whose entries are cut down; empty for none.
    std::vector<std::string> of_entries{};   ///< Kept of each entry.
    std::vector<std::string> of_document{};  ///< Kept of the document itself, beside "schema" and "id".

    [[nodiscard]] bool empty() const noexcept { return of_entries.empty() && of_document.empty(); }
};

/// The value of --fields for a command: names with commas between. What there is, the schemas of its documents say
/// (core/wire/schemas). A name that entries and the document have is that of the entries. Throws Error(usage) for a
/// name that there is not, with the ones that there are, and for a command that prints no document.
[[nodiscard]] FieldChoice chosen_fields(std::string_view command, std::string_view names);

}  // namespace quarry::cli
