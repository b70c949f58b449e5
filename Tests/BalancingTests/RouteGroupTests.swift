import Balancing
import Testing

@Suite("Several members of one route", .tags(.balancing))
struct RouteGroupTests {
    private static let standby = Choice(member: 1, asked: 0, reason: .sameRoute, keepsRoute: true)

    @Test("a hot standby answers for its principal while that cannot be used, and the route is not changed")
    func standby() {
        let balancer = farm("a b:h=a c")
        #expect(balancer.choose(preferring(0), now: 0)?.reason == .sticky)
        balancer.members[0].fail(now: 0)
        #expect(balancer.choose(preferring(0), now: 1) == Self.standby)
        #expect(balancer.choose(preferring(0), now: 1)?.isRouteChanged == false)
        #expect(balancer.choose(preferring(0), staysWithSession: true, now: 1) == Self.standby)
        #expect(balancer.rehearse(preferring(0), now: 1) { 0 } == Self.standby)
        #expect(balancer.elect(3, now: 1) == "c c c", "to new sessions it is a standby like any other")
        #expect(balancer.choose(preferring(0), now: 60_001)?.reason == .sticky)
    }

    @Test("regular members go before standbys, whatever their order and sets; who has failed the request is left out")
    func order() {
        let balancer = farm("a:h=x b/3=x c=x d")
        func heirs(_ asked: Int) -> String {
            var tried = members(asked)
            var names = ""
            while let choice = balancer.choose(preferring(asked), excluding: tried, now: 0), choice.keepsRoute {
                names += balancer.name(of: choice.member)
                tried.insert(choice.member)
            }
            return names
        }
        #expect((0..<4).map(heirs) == ["bc", "ca", "ba", ""])
    }

    @Test("a redirect leads to a route: to its principal, its standby, and on to where that one redirects")
    func redirects() {
        let balancer = farm("a:d>b b>d=x c:h=x d")
        #expect(balancer.choose(preferring(0), now: 0) == Choice(member: 1, asked: 0, reason: .redirected))
        balancer.members[1].fail(now: 0)
        #expect(balancer.choose(preferring(0), now: 1) == Choice(member: 3, asked: 0, reason: .redirected))
        balancer.members[3].fail(now: 0)
        #expect(balancer.choose(preferring(0), now: 1) == Choice(member: 2, asked: 0, reason: .redirected))
        let circle = farm("a:d>c=x b:d>c=x c:d>a=y d:d>a=y e")
        #expect(circle.choose(preferring(0), now: 0) == Choice(member: 4, asked: 0, reason: .memberDisabled))
    }

    @Test("whatif: a principal's sessions go to its standby; a buddy is somebody of another route")
    func forecasts() {
        let balancer = farm("a b:h=a c d=c")
        let forecast = balancer.forecast(
            sessions: [100, 0, 40, 0], leaving: members(0, 2), coming: [], isHashed: false, isEven: false, now: 0)
        #expect(forecast.members.map(\.sessionsAfter) == [0, 100, 0, 40])
        for number in 0..<100 {
            #expect(balancer.buddy(of: 2, key: key(number), now: 0) == 0)
            #expect([2, 3].contains(balancer.buddy(of: 0, key: key(number), now: 0)))
        }
    }

    @Test("a full principal is waited for, and then anybody is elected")
    func full() {
        let specifications = [
            MemberSpecification(name: "a", exchangesMax: 1), MemberSpecification(name: "b", route: "a"),
        ]
        let balancer = Chooser(name: "shop", members: specifications)
        #expect(balancer.choose(preferring(0), now: 0)?.reason == .sticky)
        #expect(balancer.choose(preferring(0), awaitsSessionMember: true, now: 0) == nil)
        #expect(
            balancer.choose(preferring(0), now: 0)
                == Choice(member: 1, asked: 0, reason: .memberBusy, keepsRoute: true))
    }
}
