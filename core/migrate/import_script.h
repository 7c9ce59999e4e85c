#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/migrate/import_edits.h"
#include "core/migrate/migration_file.h"

namespace quarry::migrate {

/// Makes what other tools let pass in a script as quarry wants it: the last statement gets its semicolon, and what is
/// not among the script's statements goes, as BEGIN and COMMIT. `range` is the script's part of its text, and `changes`
/// says what was done.
void adopt_script(sql::Dialect dialect, const Script& script, sql::Section range, TextEdits& edits,
                  std::vector<std::string>& changes);

/// The lines that open a section: its marker and directives.
[[nodiscard]] std::string section_opening(std::string_view marker, const Script& script,
                                          const std::vector<std::string>& variables);

/// A file of two sections out of two texts that have no markers. `down` is absent when there is no way back.
[[nodiscard]] std::string two_sections(const std::string& up_opening, std::string_view up,
                                       const std::string& down_opening, const std::optional<std::string>& down);

/// A statement that does nothing, for a section that had none.
constexpr std::string_view nothing_to_do = "SELECT 1;  -- nothing to do";

/// Throws unless two scripts have the same statements and run in the same way.
void require_same_script(const Script& before, const Script& after);

}  // namespace quarry::migrate
