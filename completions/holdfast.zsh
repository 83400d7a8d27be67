#compdef holdfast
# Generated from the tables of the program by `npm run generate`; edits here are lost.
_holdfast() {
    local context state state_descr line
    typeset -A opt_args
    _arguments -C '1: :->command' '*:: :->words'
    case $state in
        command) _values command 'run[run the daemon in the foreground]' 'check[tell everything that is wrong with configuration files]' 'status[show what the running daemon is doing]' 'explain[tell why an instance is what it is, or what a diagnostic code means]' 'plan[tell what a reload would do, without doing it]' 'reload[make the running daemon read its configuration again]' 'confirm[keep the configuration that was loaded with "holdfast reload --confirm"]' 'rollback[take the configuration back at once that waits for "holdfast confirm"]' 'metrics[print metrics in the text form of Prometheus]' 'dump[print what keepalived'\''s signals write into files]' 'fmt[lay configuration files out anew; comments stay, and so does the meaning]' 'show[show what a configuration comes to]' 'lsp[serve editors\: diagnostics, completion, hover, definitions, formatting]' ;;
        words)
            case $words[1] in
                run) _arguments '--use-file[the same, as keepalived spells it]:file:_files' '--state-dir[where the daemon keeps its control socket]:directory:_files -/' '--syslog[to syslog as well\: daemon, user, local0 to local7]:word:' '*:file:_files' ;;
                check) _arguments '--strict[take warnings for errors]' '--format[how to print]:word:(terminal line json sarif)' '--host[look at this host too\: interfaces, users, scripts]' '--cluster[the files are those of the nodes of one cluster\: compare them]' '*:file:_files' ;;
                status) _arguments '--json[everything, for programs]' '--state-dir[where the daemon keeps its control socket]:directory:_files -/' ;;
                explain) _arguments '--state-dir[where the daemon keeps its control socket]:directory:_files -/' '*:name:(cluster.addresses-differ cluster.authentication-differs cluster.check-never-moves cluster.instance-alone cluster.interval-differs cluster.interval-learned cluster.nopreempt-one-side cluster.nopreempt-undone cluster.peer-missing cluster.priorities-tie cluster.router-id-differs cluster.source-shared cluster.source-unsaid cluster.sync-group-differs cluster.transport-differs cluster.two-masters cluster.two-owners cluster.version-differs expand.blank-before-equals expand.empty-condition expand.glued-name expand.list-arity expand.outer-name expand.random-bounds expand.recursive expand.repeat-bounds expand.repeat-form expand.too-deep expand.too-large expand.unknown-name garp.interface-repeated group.empty group.member-taken group.priorities-differ group.single-member group.unknown-member group.weights-dropped host.interface-comes-later host.interface-missing host.loopback host.script-missing host.script-not-executable host.script-writable host.user-missing include.cycle include.main-file include.main-file-executable include.no-match include.no-name include.pattern include.quoted-name include.required include.skipped include.too-deep language.deprecated language.duplicate-block language.empty-block language.extra-words language.false-ignored language.flag-argument language.incomplete-line language.interface-name-too-long language.joined-entries language.joined-statements language.label-too-long language.misplaced-keyword language.missing-argument language.missing-block language.missing-name language.no-effect-yet language.not-a-boolean language.not-a-number language.not-a-service language.not-an-address language.nothing-to-run language.number-with-text language.number-with-unit language.other-case language.out-of-range language.repeated-block language.repeated-keyword language.route-without-destination language.separate-prefix language.shell-expression language.unexpected-block language.unknown-choice language.unknown-keyword language.unknown-word language.unquoted-command language.wrong-form lvs.address-not-held lvs.direct-routing-servers lvs.flag-without-scheduler lvs.hysteresis-too-large lvs.no-forwarding-method lvs.no-protocol lvs.no-scheduler lvs.no-server lvs.port-of-service lvs.protocol-with-fwmark lvs.quorum-too-large lvs.server-repeated lvs.unknown-group route.not-tracked rule.no-preference script.security-off script.user-below syntax.block-without-keyword syntax.byte-order-mark syntax.comment-in-word syntax.extra-brace syntax.foreign-blank syntax.line-continuation syntax.long-line syntax.missing-brace syntax.more-findings syntax.nul-byte syntax.too-deep syntax.typographic-quote syntax.unterminated-quote track.never-used track.own-interface track.probe-quorum-too-high track.probe-without-target track.repeated track.script-and-probe track.script-without-command track.small-weight track.timeout-beyond-interval track.unknown-name track.used-before-definition track.weight-lost-in-bounds track.weight-of-owner track.weight-with-nopreempt vrrp.address-repeated vrrp.address-shared vrrp.address-without-prefix vrrp.authentication-header vrrp.authentication-incomplete vrrp.authentication-with-version-3 vrrp.interface-missing vrrp.interval-fraction vrrp.interval-too-long vrrp.mixed-families vrrp.no-address vrrp.nopreempt-with-master vrrp.nopreempt-with-owner vrrp.owner-by-omission vrrp.password-too-long vrrp.peer-is-self vrrp.peer-of-other-family vrrp.peer-repeated vrrp.preempt-delay-unused vrrp.promote-secondaries-with-vmac vrrp.router-id-missing vrrp.router-id-taken vrrp.source-of-other-family vrrp.strict-corrects vrrp.timer-expired-unused vrrp.unicast-without-peers)' ;;
                plan) _arguments '--json[the whole plan, for programs]' '--state-dir[where the daemon keeps its control socket]:directory:_files -/' '*:file:_files' ;;
                reload) _arguments '--confirm[take the new configuration back after this time (60s, 5m) unless "holdfast confirm" comes]:word:' '--json[what was done, for programs]' '--state-dir[where the daemon keeps its control socket]:directory:_files -/' ;;
                confirm) _arguments '--state-dir[where the daemon keeps its control socket]:directory:_files -/' ;;
                rollback) _arguments '--state-dir[where the daemon keeps its control socket]:directory:_files -/' ;;
                metrics) _arguments '--state-dir[where the daemon keeps its control socket]:directory:_files -/' ;;
                dump) _arguments '--json[the JSON form (signal 36)]' '--stats[the statistics (SIGUSR2); else the data (SIGUSR1)]' '--state-dir[where the daemon keeps its control socket]:directory:_files -/' ;;
                fmt) _arguments '--check[write nothing, name the files that would change, exit 1 if there are any]' '--write[write each file in its place]' '*:file:_files' ;;
                show) 
                    _arguments -C '1: :->command' '*:: :->words'
                    case $state in
                        command) _values command 'config[every value in effect, with the file and line it comes from; defaults in comments]' ;;
                        words)
                            case $words[1] in
                config) _arguments '--json[for programs]' '--no-defaults[only what is written]' '--state-dir[where the daemon keeps its control socket]:directory:_files -/' '*:file:_files' ;;
                            esac
                            ;;
                    esac
                    ;;
                lsp) _arguments '--stdio[over standard input and output, as it does anyway]' ;;
            esac
            ;;
    esac
}
_holdfast "$@"
