#include "core/migrate/import_alembic.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/migrate/import_convert.h"
#include "core/migrate/import_folder.h"
#include "core/migrate/import_names.h"
#include "core/migrate/import_script.h"
#include "core/migrate/migration_file.h"
#include "core/migrate/migration_list.h"
#include "core/migrate/statement_rules.h"
#include "core/sql/lexemes.h"
#include "core/sql/splitter.h"

namespace quarry::migrate {
namespace {

/// "-- Running upgrade A, B -> C"
struct RevisionMarker {
    std::vector<std::string> from;
    std::vector<std::string> to;
    std::size_t start = 0;
    std::size_t end = 0;
};

std::vector<std::string> revision_list(std::string_view text) {
    std::vector<std::string> revisions;
    for (const std::string_view one : split(text, ',')) {
        if (!trim(one).empty()) revisions.emplace_back(trim(one));
    }
    return revisions;
}

std::optional<RevisionMarker> read_marker(std::string_view text, const sql::Token& token, std::string_view step) {
    if (token.kind != sql::TokenKind::line_comment) return std::nullopt;
    std::string_view comment = trim(text.substr(token.start + 2, token.end - token.start - 2));
    if (!comment.starts_with(step)) return std::nullopt;
    comment.remove_prefix(step.size());
    constexpr std::string_view arrow = "->";
    const std::size_t at = comment.find(arrow);
    if (at == std::string_view::npos) return std::nullopt;
    return RevisionMarker{revision_list(comment.substr(0, at)), revision_list(comment.substr(at + arrow.size())),
                          token.start, token.end};
}

/// One direction of all revisions, as Alembic printed it.
class AlembicOutput {
public:
    AlembicOutput(sql::Dialect dialect, const std::filesystem::path& path, std::string_view step, std::string table)
        : dialect_(dialect),
          step_(step),
          table_(std::move(table)),
          name_(path.string()),
          text_(std::make_shared<const std::string>(normalised_text(read_file(path, MigrationList::max_file_bytes)))),
          source_{name_, *text_} {
        if (const auto invalid = find_invalid_utf8(*text_)) {
            throw source_.error_at(*invalid, "the file is not valid UTF-8 here", "save it as UTF-8");
        }
        sql::Lexer lexer(dialect_, *text_);
        while (const auto token = lexer.next()) {
            sql::require_closed(source_, *token);
            if (auto marker = read_marker(*text_, *token, step_)) markers_.push_back(std::move(*marker));
        }
        if (markers_.empty()) {
            throw source_.error_at(0, fmt::format("there is no line \"-- {} A -> B\"", step_),
                                   "give what Alembic printed: alembic upgrade head --sql > up.sql, and for the way "
                                   "back alembic downgrade head:base --sql > down.sql");
        }
        require_own_only({0, markers_.front().start});
    }

    AlembicOutput(const AlembicOutput&) = delete;
    AlembicOutput& operator=(const AlembicOutput&) = delete;

    [[nodiscard]] const std::vector<RevisionMarker>& markers() const noexcept { return markers_; }
    [[nodiscard]] sql::SourceText source() const noexcept { return source_; }

    struct Part {
        std::string text;  ///< Empty when the revision has no statement.
        bool transactional = true;
    };
    /// What one revision runs.
    [[nodiscard]] Part part(std::size_t index) const {
        sql::Section range{markers_[index].end,
                           index + 1 < markers_.size() ? markers_[index + 1].start : text_->size()};
        if (range.start < range.end && (*text_)[range.start] == '\n') ++range.start;
        Part part;
        TextEdits edits(*text_);
        bool any = false;
        sql::Splitter splitter(dialect_, source_, range);
        while (const auto statement = splitter.next()) {
            const std::string_view sql =
                std::string_view(*text_).substr(statement->start, statement->end - statement->start);
            if (is_own(sql)) {
                edits.erase(*statement);
                continue;
            }
            any = true;
            if (refuse_statement(dialect_, sql, true) && needs_no_transaction(dialect_, sql))
                part.transactional = false;
        }
        if (any) part.text = std::string(trim(edits.apply(range))) + "\n";
        return part;
    }

private:
    /// Whether a statement is Alembic's own: about its ledger, or the transaction around.
    [[nodiscard]] bool is_own(std::string_view sql) const {
        if (is_begin(dialect_, sql) || is_commit(dialect_, sql)) return true;
        const std::vector<sql::Lexeme> words = sql::lexemes(dialect_, sql);
        if (words.size() < 3) return false;
        std::size_t at = 0;
        if (words[0].is("update")) at = 1;
        if ((words[0].is("insert") && words[1].is("into")) || (words[0].is("delete") && words[1].is("from")) ||
            ((words[0].is("create") || words[0].is("drop")) && words[1].is("table"))) {
            at = 2;
        }
        if (at == 0) return false;
        while (at + 2 < words.size() && words[at + 1].is(".")) at += 2;
        return sql::name_of(dialect_, words[at]) == table_;
    }

    void require_own_only(sql::Section preamble) const {
        sql::Splitter splitter(dialect_, source_, preamble);
        while (const auto statement = splitter.next()) {
            if (is_own(std::string_view(*text_).substr(statement->start, statement->end - statement->start))) continue;
            throw source_.error_at(statement->start, "this statement belongs to no revision",
                                   fmt::format("it comes before the first \"-- {} A -> B\"", step_));
        }
    }

    sql::Dialect dialect_;
    std::string_view step_;
    std::string table_;
    std::string name_;
    std::shared_ptr<const std::string> text_;
    sql::SourceText source_;
    std::vector<RevisionMarker> markers_;
};

/// What stands behind `name =` in a Python file, up to the line's end, or to the closing parenthesis of a tuple.
std::string_view assigned_to(std::string_view text, std::string_view name) {
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view line = text.substr(at, text.find('\n', at) - at);
        const std::string_view left = line.substr(0, line.find('='));
        if (left.size() < line.size() && trim(left.substr(0, left.find(':'))) == name && line.starts_with(name)) {
            const std::string_view value = trim(line.substr(left.size() + 1));
            return value.starts_with('(') ? text.substr(at, text.find(')', at) - at).substr(left.size() + 1) : value;
        }
        at += line.size() + 1;
    }
    return {};
}

/// The string literals of a piece of Python.
std::vector<std::string> literals_of(std::string_view text) {
    std::vector<std::string> values;
    for (std::size_t at = text.find_first_of("'\"#"); at != std::string_view::npos;) {
        if (text[at] == '#') break;
        const std::size_t end = text.find(text[at], at + 1);
        if (end == std::string_view::npos) break;
        values.emplace_back(text.substr(at + 1, end - at - 1));
        at = text.find_first_of("'\"#", end + 1);
    }
    return values;
}

/// A revision's Python file.
struct RevisionFile {
    std::string path;
    std::string name;  ///< The words of its file name.
    std::vector<std::string> parents;
};

std::map<std::string, RevisionFile> revision_files(const std::filesystem::path& folder) {
    std::map<std::string, RevisionFile> files;
    if (folder.empty()) return files;
    for (const std::string& name : foreign_files(folder)) {
        if (!name.ends_with(".py")) continue;
        const std::string path = (folder / name).string();
        const std::string text = read_foreign_text(path);
        const std::vector<std::string> revisions = literals_of(assigned_to(text, "revision"));
        if (revisions.empty() || revisions.front().empty()) continue;
        const std::string& revision = revisions.front();
        std::string words = name.substr(0, name.size() - 3);
        if (const std::size_t at = words.find(revision); at != std::string::npos) words.erase(at, revision.size());
        const auto [there, added] = files.emplace(
            revision, RevisionFile{path, importable_name(words), literals_of(assigned_to(text, "down_revision"))});
        if (added) continue;
        throw Error(ErrorCode::migration_order,
                    fmt::format("two files have the revision {}: {} and {}", revision, there->second.path, path),
                    "Alembic would refuse them too: one of them must go");
    }
    return files;
}

/// The revisions whose files the printed SQL does not have: each behind those that it comes after.
void add_missing_revisions(const std::map<std::string, RevisionFile>& files,
                           std::vector<ImportedMigration>& migrations) {
    std::vector<std::string> missing;
    const auto place_of = [&](const std::string& revision) {
        return std::find_if(migrations.begin(), migrations.end(),
                            [&](const ImportedMigration& one) { return one.foreign.id == revision; });
    };
    for (const auto& entry : files) {
        if (place_of(entry.first) == migrations.end()) missing.push_back(entry.first);
    }
    for (bool added = true; added && !missing.empty();) {
        added = std::erase_if(missing, [&](const std::string& revision) {
                    const RevisionFile& file = files.at(revision);
                    std::size_t behind = 0;
                    for (const std::string& parent : file.parents) {
                        const auto at = place_of(parent);
                        if (at == migrations.end() && files.contains(parent)) return false;
                        if (at == migrations.end()) continue;
                        behind = std::max(behind, static_cast<std::size_t>(at - migrations.begin()) + 1);
                    }
                    ImportedMigration migration;
                    migration.foreign = {revision, file.parents};
                    migration.sources = {file.path};
                    migration.file_name = file.name;
                    migrations.insert(migrations.begin() + static_cast<std::ptrdiff_t>(behind), std::move(migration));
                    return true;
                }) > 0;
    }
}

/// What the user gives in place of a revision's Python file: another text, or that nothing is to be run.
bool give_instead(sql::Dialect dialect, const ImportSource& source, ImportedMigration& migration) {
    const std::string name = std::filesystem::path(migration.sources.front()).filename().string();
    if (std::find(source.left_out.begin(), source.left_out.end(), name) != source.left_out.end()) {
        // Its place in the line of revisions is kept: the ledger goes by that.
        migration.text = two_sections("-- quarry:up", nothing_to_do, "-- quarry:down", std::string(nothing_to_do));
        migration.changes.emplace_back("it is left out, and does nothing");
        return true;
    }
    const auto given = std::find_if(source.replacements.begin(), source.replacements.end(),
                                    [&](const ImportReplacement& one) { return one.name == name; });
    if (given == source.replacements.end()) return false;
    migration.sources.push_back(given->sql.string());
    migration.text = read_foreign_text(given->sql);
    const std::string path = given->sql.string();
    if (has_own_sections(migration.text)) {
        (void)parse_migration(dialect, {path, migration.text, std::nullopt, {}, MigrationText::Kind::sections});
        return true;
    }
    std::vector<PassedOver> passed_over;
    Converted converted =
        convert_migration(dialect, ForeignTool::golang_migrate,
                          {path, migration.text, std::nullopt, {}, MigrationText::Kind::pair}, passed_over);
    if (!passed_over.empty()) {
        const PassedOver& one = passed_over.front();
        throw Error(ErrorCode::failed,
                    fmt::format("{}:{}:{}: {}", one.path, one.place.line, one.place.column, one.problem), one.hint);
    }
    migration.text = std::move(converted.text);
    return true;
}

void require_opposite(const AlembicOutput& down, const std::vector<ImportedMigration>& migrations) {
    for (const RevisionMarker& marker : down.markers()) {
        const bool known = marker.from.size() == 1 &&
                           std::any_of(migrations.begin(), migrations.end(), [&](const ImportedMigration& one) {
                               return one.foreign.id == marker.from.front();
                           });
        if (known) continue;
        throw down.source().error_at(marker.start, "this undoes a revision that the way up does not have",
                                     "make both files from the same revisions");
    }
}

std::string convert_parts(const AlembicOutput::Part& up, const std::optional<AlembicOutput::Part>& down,
                          std::vector<std::string>& changes) {
    const auto opening = [](std::string_view marker, const AlembicOutput::Part& part) {
        Script script;
        script.transactional = part.transactional;
        return section_opening(marker, script, {});
    };
    const std::string nothing = std::string(nothing_to_do) + "\n";
    if (up.text.empty()) changes.emplace_back("a revision without statements got one that does nothing");
    std::optional<std::string> down_text;
    std::string down_opening;
    if (down) {
        down_text = down->text.empty() ? nothing : down->text;
        down_opening = opening("down", *down);
        if (down->text.empty()) changes.emplace_back("its empty downgrade does nothing, as in alembic");
    }
    return two_sections(opening("up", up), up.text.empty() ? nothing : up.text, down_opening, down_text);
}

/// The revisions of the printed SQL, without their texts.
std::vector<ImportedMigration> printed_revisions(const AlembicOutput& up,
                                                 const std::map<std::string, RevisionFile>& files,
                                                 const ImportSource& source) {
    std::vector<ImportedMigration> migrations;
    for (const RevisionMarker& marker : up.markers()) {
        if (marker.to.size() != 1) {
            throw up.source().error_at(marker.start, "this line does not say which revision it runs",
                                       "it should read: -- Running upgrade A -> B");
        }
        const std::string& revision = marker.to.front();
        if (std::any_of(migrations.begin(), migrations.end(),
                        [&](const auto& m) { return m.foreign.id == revision; })) {
            throw up.source().error_at(marker.start, fmt::format("the revision {} comes twice", revision),
                                       "the file must hold the output of one command", ErrorCode::migration_order);
        }
        ImportedMigration migration;
        migration.foreign = {revision, marker.from};
        const auto file = files.find(revision);
        migration.sources = {file == files.end() ? source.up_sql.string() : file->second.path};
        migration.file_name = file == files.end() ? importable_name("revision_" + revision) : file->second.name;
        migrations.push_back(std::move(migration));
    }
    return migrations;
}

ImportObstacle missing_revision(const ImportedMigration& one, const ImportSource& source) {
    const std::string name = std::filesystem::path(one.sources.front()).filename().string();
    return {one.sources.front(), 0, 0,
            fmt::format("{} does not have this revision, {}", source.up_sql.string(), one.foreign.id),
            fmt::format("print all of them: alembic upgrade heads --sql; or where Alembic cannot, write its SQL: "
                        "--replace {0}=FILE.sql; or leave it out: --leave-out {0}",
                        name)};
}

}  // namespace

std::vector<ImportedMigration> read_alembic(sql::Dialect dialect, const ImportSource& source,
                                            std::vector<ImportObstacle>& obstacles) {
    const std::string given = source.ledger_table.empty() ? "alembic_version" : source.ledger_table;
    const std::string table = given.substr(given.rfind('.') + 1);
    if (!source.folder.empty()) require_named_files(source, foreign_files(source.folder));
    const auto files = revision_files(source.folder);
    const AlembicOutput up(dialect, source.up_sql, "Running upgrade", table);
    std::vector<ImportedMigration> migrations = printed_revisions(up, files, source);
    const std::vector<ImportedMigration> printed = migrations;
    add_missing_revisions(files, migrations);

    std::optional<AlembicOutput> down;
    if (!source.down_sql.empty()) down.emplace(dialect, source.down_sql, "Running downgrade", table);
    if (down) require_opposite(*down, migrations);
    for (ImportedMigration& one : migrations) {
        if (give_instead(dialect, source, one)) continue;
        const auto at = std::find_if(printed.begin(), printed.end(), [&](const ImportedMigration& other) {
            return other.foreign.id == one.foreign.id;
        });
        if (at == printed.end()) {
            obstacles.push_back(missing_revision(one, source));
            continue;
        }
        std::optional<AlembicOutput::Part> way_back;
        for (std::size_t j = 0; down && j < down->markers().size(); ++j) {
            if (down->markers()[j].from.front() == one.foreign.id) way_back = down->part(j);
        }
        one.text = convert_parts(up.part(static_cast<std::size_t>(at - printed.begin())), way_back, one.changes);
    }
    return migrations;
}

}  // namespace quarry::migrate
