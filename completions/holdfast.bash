# Generated from the tables of the program by `npm run generate`; edits here are lost.
_holdfast() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "run check status explain plan reload confirm rollback server metrics dump genhash realserver doctor fmt show lsp help --help --version" -- "$word"))
        return
    fi
    if [ "$command" = show ]; then
        if [ "$COMP_CWORD" -eq 2 ]; then
            COMPREPLY=($(compgen -W "config" -- "$word"))
            return
        fi
        command="show ${COMP_WORDS[2]}"
    fi
    case "$command $previous" in
        'run --use-file' | 'run -f') COMPREPLY=($(compgen -f -- "$word")); return ;;
        'run --state-dir') COMPREPLY=($(compgen -d -- "$word")); return ;;
        'run --syslog') return ;;
        'check --format') COMPREPLY=($(compgen -W "terminal line json sarif" -- "$word")); return ;;
        'status --state-dir') COMPREPLY=($(compgen -d -- "$word")); return ;;
        'explain --state-dir') COMPREPLY=($(compgen -d -- "$word")); return ;;
        'plan --state-dir') COMPREPLY=($(compgen -d -- "$word")); return ;;
        'reload --confirm') return ;;
        'reload --state-dir') COMPREPLY=($(compgen -d -- "$word")); return ;;
        'confirm --state-dir') COMPREPLY=($(compgen -d -- "$word")); return ;;
        'rollback --state-dir') COMPREPLY=($(compgen -d -- "$word")); return ;;
        'server --state-dir') COMPREPLY=($(compgen -d -- "$word")); return ;;
        'metrics --state-dir') COMPREPLY=($(compgen -d -- "$word")); return ;;
        'dump --state-dir') COMPREPLY=($(compgen -d -- "$word")); return ;;
        'genhash --server' | 'genhash -s') return ;;
        'genhash --port' | 'genhash -p') return ;;
        'genhash --url' | 'genhash -u') return ;;
        'genhash --use-virtualhost' | 'genhash -V') return ;;
        'genhash --fwmark' | 'genhash -m') return ;;
        'genhash --protocol' | 'genhash -P') COMPREPLY=($(compgen -W "1.0 1.0c 1.0C 1.1" -- "$word")); return ;;
        'genhash --timeout' | 'genhash -t') return ;;
        'realserver --vip') return ;;
        'realserver --interface') return ;;
        'realserver --tunnel') return ;;
        'realserver --state-dir') COMPREPLY=($(compgen -d -- "$word")); return ;;
        'doctor --state-dir') COMPREPLY=($(compgen -d -- "$word")); return ;;
        'show config --state-dir') COMPREPLY=($(compgen -d -- "$word")); return ;;
    esac
    case "$command" in
        'run')
            case "$word" in
                -*) COMPREPLY=($(compgen -W "--use-file --state-dir --syslog --help" -- "$word")) ;;
                *) COMPREPLY=($(compgen -f -- "$word")) ;;
            esac
            ;;
        'check')
            case "$word" in
                -*) COMPREPLY=($(compgen -W "--strict --format --host --cluster --help" -- "$word")) ;;
                *) COMPREPLY=($(compgen -f -- "$word")) ;;
            esac
            ;;
        'status')
            case "$word" in
                -*) COMPREPLY=($(compgen -W "--services --json --state-dir --help" -- "$word")) ;;
                *) : ;;
            esac
            ;;
        'explain')
            case "$word" in
                -*) COMPREPLY=($(compgen -W "--state-dir --help" -- "$word")) ;;
                *) COMPREPLY=($(compgen -W "bfd.families-differ bfd.link-local bfd.neighbour-taken bfd.not-for-vrrp bfd.value-unusual cluster.addresses-differ cluster.authentication-differs cluster.check-never-moves cluster.instance-alone cluster.interval-differs cluster.interval-learned cluster.nopreempt-one-side cluster.nopreempt-undone cluster.peer-missing cluster.priorities-tie cluster.router-id-differs cluster.source-shared cluster.source-unsaid cluster.sync-group-differs cluster.transport-differs cluster.two-masters cluster.two-owners cluster.version-differs expand.blank-before-equals expand.empty-condition expand.glued-name expand.list-arity expand.outer-name expand.random-bounds expand.recursive expand.repeat-bounds expand.repeat-form expand.too-deep expand.too-large expand.unknown-name garp.interface-repeated garp.no-interval group.empty group.member-taken group.priorities-differ group.single-member group.tracked-twice group.unknown-member group.weights-dropped host.interface-comes-later host.interface-missing host.loopback host.name-unknown host.script-missing host.script-not-executable host.script-writable host.source-missing host.user-missing include.cycle include.main-file include.main-file-executable include.no-match include.no-name include.pattern include.quoted-name include.required include.skipped include.too-deep language.absent-argument language.deprecated language.dotted-mask language.duplicate-block language.empty-block language.extra-words language.false-ignored language.flag-argument language.incomplete-line language.interface-name-too-long language.joined-entries language.joined-statements language.label-too-long language.mark-in-name language.misplaced-keyword language.missing-argument language.missing-block language.missing-name language.needless-prefix language.no-effect-yet language.not-a-boolean language.not-a-number language.not-a-service language.not-an-address language.nothing-to-run language.number-with-text language.number-with-unit language.other-case language.out-of-range language.repeated-block language.repeated-keyword language.repeated-list language.route-without-destination language.separate-prefix language.shell-expression language.unexpected-block language.unknown-choice language.unknown-keyword language.unknown-word language.unquoted-command language.unusable-line language.wrong-form lvs.address-not-held lvs.check-incomplete lvs.check-link-local lvs.check-source-family lvs.direct-routing-servers lvs.domain-name-unusable lvs.empty-group lvs.every-port lvs.expression-missing lvs.expression-unreadable lvs.family-conflict lvs.family-of-server lvs.flag-above-scheduler lvs.flag-without-scheduler lvs.granularity-unusable lvs.hysteresis-too-large lvs.masquerade-needs-nftables lvs.masquerade-without-nat lvs.nftables-cannot lvs.nftables-differs lvs.no-forwarding-method lvs.no-protocol lvs.no-scheduler lvs.no-server lvs.offsets-crossed lvs.one-packet-needs-udp lvs.persistence-unsaid lvs.port-of-group lvs.port-of-service lvs.protocol-with-fwmark lvs.quorum-too-large lvs.range-unusable lvs.reply-lengths-crossed lvs.server-repeated lvs.service-repeated lvs.sorry-server-below lvs.sorry-server-missing lvs.suspend-without-address lvs.thresholds-crossed lvs.unknown-group route.not-tracked rule.no-preference script.security-off script.user-below syntax.block-without-keyword syntax.byte-order-mark syntax.comment-in-word syntax.extra-brace syntax.foreign-blank syntax.line-continuation syntax.long-line syntax.missing-brace syntax.more-findings syntax.nul-byte syntax.too-deep syntax.typographic-quote syntax.unterminated-quote track.never-used track.nothing-to-watch track.own-interface track.probe-quorum-too-high track.probe-without-target track.repeated track.script-and-probe track.script-without-command track.small-weight track.timeout-beyond-interval track.unknown-name track.used-before-definition track.value-without-effect track.weight-lost-in-bounds track.weight-of-owner track.weight-with-nopreempt vrrp.address-repeated vrrp.address-shared vrrp.address-without-prefix vrrp.authentication-header vrrp.authentication-incomplete vrrp.authentication-with-version-3 vrrp.authentication-without-type vrrp.beside-peer vrrp.destination-of-other-family vrrp.destination-with-peers vrrp.interface-missing vrrp.interval-fraction vrrp.interval-too-long vrrp.ipvlan-without-address vrrp.link-name-taken vrrp.master-with-header vrrp.mixed-families vrrp.no-address vrrp.nopreempt-with-master vrrp.nopreempt-with-owner vrrp.owner-by-omission vrrp.owner-hears-nobody vrrp.password-too-long vrrp.peer-is-self vrrp.peer-of-other-family vrrp.peer-repeated vrrp.preempt-delay-unused vrrp.promote-secondaries-with-vmac vrrp.router-id-missing vrrp.router-id-taken vrrp.signing-duplicate-key vrrp.signing-in-strict-mode vrrp.signing-incomplete vrrp.signing-key-length vrrp.signing-unknown-key vrrp.signing-with-authentication vrrp.source-of-other-family vrrp.strict-corrects vrrp.timer-expired-unused vrrp.transmission-without-vmac vrrp.unicast-with-vmac vrrp.unicast-without-peers vrrp.vrf-with-interface" -- "$word")) ;;
            esac
            ;;
        'plan')
            case "$word" in
                -*) COMPREPLY=($(compgen -W "--json --state-dir --help" -- "$word")) ;;
                *) COMPREPLY=($(compgen -f -- "$word")) ;;
            esac
            ;;
        'reload')
            case "$word" in
                -*) COMPREPLY=($(compgen -W "--confirm --json --state-dir --help" -- "$word")) ;;
                *) : ;;
            esac
            ;;
        'confirm')
            case "$word" in
                -*) COMPREPLY=($(compgen -W "--state-dir --help" -- "$word")) ;;
                *) : ;;
            esac
            ;;
        'rollback')
            case "$word" in
                -*) COMPREPLY=($(compgen -W "--state-dir --help" -- "$word")) ;;
                *) : ;;
            esac
            ;;
        'server')
            case "$word" in
                -*) COMPREPLY=($(compgen -W "--state-dir --help" -- "$word")) ;;
                *) : ;;
            esac
            ;;
        'metrics')
            case "$word" in
                -*) COMPREPLY=($(compgen -W "--state-dir --help" -- "$word")) ;;
                *) : ;;
            esac
            ;;
        'dump')
            case "$word" in
                -*) COMPREPLY=($(compgen -W "--json --stats --state-dir --help" -- "$word")) ;;
                *) : ;;
            esac
            ;;
        'genhash')
            case "$word" in
                -*) COMPREPLY=($(compgen -W "--server --port --url --use-ssl --use-sni --use-virtualhost --verbose --fwmark --protocol --timeout --help" -- "$word")) ;;
                *) : ;;
            esac
            ;;
        'realserver')
            case "$word" in
                -*) COMPREPLY=($(compgen -W "--vip --interface --tunnel --undo --dry-run --state-dir --help" -- "$word")) ;;
                *) : ;;
            esac
            ;;
        'doctor')
            case "$word" in
                -*) COMPREPLY=($(compgen -W "--json --state-dir --help" -- "$word")) ;;
                *) COMPREPLY=($(compgen -f -- "$word")) ;;
            esac
            ;;
        'fmt')
            case "$word" in
                -*) COMPREPLY=($(compgen -W "--check --write --help" -- "$word")) ;;
                *) COMPREPLY=($(compgen -f -- "$word")) ;;
            esac
            ;;
        'show config')
            case "$word" in
                -*) COMPREPLY=($(compgen -W "--json --no-defaults --state-dir --help" -- "$word")) ;;
                *) COMPREPLY=($(compgen -f -- "$word")) ;;
            esac
            ;;
        'lsp')
            case "$word" in
                -*) COMPREPLY=($(compgen -W "--stdio --help" -- "$word")) ;;
                *) : ;;
            esac
            ;;
    esac
}
complete -F _holdfast holdfast
